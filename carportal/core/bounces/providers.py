"""The services that send mail for others and report what became of it: which there are, and which one is ours."""

from dataclasses import dataclass, field

# Whether each signs what it reports. Settings read it: nothing here needs Django.
SIGNS = {"mailgun": True, "postmark": False}


@dataclass(frozen=True, slots=True)
class MailService:
    """The one that sends our mail on: by what it shows that a report is its own, and by what it signs it."""

    name: str
    secret: str = field(repr=False)
    signing_key: str = field(default="", repr=False)
