"""What can go wrong before the portal is up, each as one sentence for the person at the terminal."""


class CannotStart(Exception):
    """Something that the local run or the tests need is missing or broken; the message says what to do."""
