"""A phrase picked in the chat, or made a favourite."""

import uuid

from django import forms

from chat import frames


class PhraseForm(forms.Form):
    """`client_id` makes a card sent twice one message; a missing or bad one gets a new."""

    phrase = forms.CharField(max_length=24)
    client_id = forms.CharField(required=False)

    def clean_client_id(self):
        try:
            return frames.client_id(self.cleaned_data["client_id"])
        except frames.BadFrame:
            return uuid.uuid4()


class FavouriteForm(forms.Form):
    phrase = forms.CharField(max_length=24)
    is_favourite = forms.BooleanField(required=False)
