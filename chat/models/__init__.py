"""The rows of this app, by noun: chats and what is said in them."""

from chat.models.conversations import Conversation, FlaggedMessage, Message, Participant, Promise, Refusal, Side

__all__ = ["Conversation", "FlaggedMessage", "Message", "Participant", "Promise", "Refusal", "Side"]
