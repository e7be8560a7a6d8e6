"""The rows of this app, by noun: chats, what is said in them, and who leaves them to whom."""

from chat.models.alerts import Alert
from chat.models.blocks import Block
from chat.models.conversations import Conversation, FlaggedMessage, Message, Participant, Promise, Refusal, Side
from chat.models.handovers import HandOver
from chat.models.pauses import MissedPause

__all__ = [
    "Alert",
    "Block",
    "Conversation",
    "FlaggedMessage",
    "HandOver",
    "Message",
    "MissedPause",
    "Participant",
    "Promise",
    "Refusal",
    "Side",
]
