"""Where settings come from: variables of the environment, and a file of them."""

import environ
from environ.fileaware_mapping import FileAwareMapping


class Secrets(FileAwareMapping):
    """What ends in _FILE names a file with the value, as secrets reach containers: SECRET_KEY_FILE=/run/secrets/..."""

    def __getitem__(self, key):
        return super().__getitem__(key).strip()  # an editor ends a file with an empty line


def read(path):
    """The reader of all variables; one that is set wins over the file's."""
    env = environ.FileAwareEnv()
    env.ENVIRON = Secrets()
    environ.Env.read_env(path)
    return env
