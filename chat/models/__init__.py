"""The rows of this app, by noun: chats, what is said and agreed on in them, and who leaves them to whom."""

from chat.models.alerts import Alert
from chat.models.blocks import Block
from chat.models.colleagues import ColleaguePost
from chat.models.conversations import Conversation, FlaggedMessage, Message, Participant, Promise, Refusal, Side
from chat.models.fadders import Fadder, FadderNote, FadderReading
from chat.models.handovers import HandOver
from chat.models.hard_words import HardWord
from chat.models.inbound import BouncedAddress, InboundMail, MailboxPoll
from chat.models.meetings import MEETING_LENGTH, Meeting, Proposal
from chat.models.notes import CaseNote
from chat.models.pauses import MissedPause
from chat.models.phrases import FavouritePhrase, Phrase
from chat.models.seconds import SecondAsk

__all__ = [
    "Alert",
    "Block",
    "BouncedAddress",
    "CaseNote",
    "ColleaguePost",
    "Conversation",
    "Fadder",
    "FadderNote",
    "FadderReading",
    "FavouritePhrase",
    "FlaggedMessage",
    "HandOver",
    "HardWord",
    "InboundMail",
    "MEETING_LENGTH",
    "MailboxPoll",
    "Meeting",
    "Message",
    "MissedPause",
    "Participant",
    "Phrase",
    "Promise",
    "Proposal",
    "Refusal",
    "SecondAsk",
    "Side",
]
