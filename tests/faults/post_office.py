"""Servers of a few lines that keep what they are given, or take a connection and say nothing."""

import socket
import threading


class Silent:
    """Accepts and hangs."""

    def __init__(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = self.door.getsockname()
        self.callers = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            self.callers.append(caller)
            self.answer(caller)

    def answer(self, caller):
        pass

    def close(self):
        self.door.close()
        for caller in self.callers:
            caller.close()


class PostOffice(Silent):
    """A mail server. While it hangs it accepts and says nothing."""

    def __init__(self, *, hangs=False):
        self.hangs, self.letters = hangs, []
        super().__init__()

    def answer(self, caller):
        if not self.hangs:
            threading.Thread(target=self._talk, args=[caller], daemon=True).start()

    def _talk(self, caller):
        with caller, caller.makefile("rw", newline="\r\n") as line:
            self._say(line, "220 hello")
            for command in line:
                if command.upper().startswith("DATA"):
                    self._say(line, "354 go on")
                    self.letters.append("\n".join(iter(lambda: line.readline().rstrip("\r\n"), ".")))
                elif command.upper().startswith("QUIT"):
                    return self._say(line, "221 bye")
                self._say(line, "250 ok")

    def _say(self, line, words):
        line.write(f"{words}\n")
        line.flush()
