class Refused(Exception):
    """An act that cannot be done now. The message is a sentence for the person who tried it.

    `next_url` and `next_label` say where to go on, and `stands` how the thing stands now; the page shows them.
    """

    def __init__(self, sentence, next_url="", next_label="", stands=""):
        super().__init__(sentence)
        self.sentence, self.next_url, self.next_label, self.stands = sentence, next_url, next_label, stands
