"""A phrase picked in the chat, or made a favourite."""

import uuid

from django import forms

from chat import frames


class CardForm(forms.Form):
    """`client_id` makes a card sent twice one message; a missing or bad one gets a new."""

    client_id = forms.CharField(required=False)

    def clean_client_id(self):
        try:
            return frames.client_id(self.cleaned_data["client_id"])
        except frames.BadFrame:
            return uuid.uuid4()


class PhraseForm(CardForm):
    phrase = forms.CharField(max_length=24)


class FavouriteForm(forms.Form):
    phrase = forms.CharField(max_length=24)
    is_favourite = forms.BooleanField(required=False)
