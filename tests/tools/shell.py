# SPDX-License-Identifier: Apache-2.0
"""A folder and the program in it, for tests of single commands. Standard library only."""
import shutil
import subprocess
import tempfile
from pathlib import Path


class Done:
    """How a command ended: its exit code, and what it said."""

    def __init__(self, run):
        self.code, self.out, self.err = run.returncode, run.stdout.decode(), run.stderr.decode()
        self.bytes = run.stdout

    def __repr__(self):
        return f"exit {self.code}, out {self.out[-800:]!r}, err {self.err[-800:]!r}"


class Shell:
    """with Shell(program) as shell: shell("load", "a.nt") runs in a folder of its own; the data are in ./data."""

    def __init__(self, program):
        self.program = str(Path(program).resolve())

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bocage-cli-"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        self.path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def __call__(self, *words, code=0, input=b"", environment=None):
        """Runs a command and checks how it ended; code None: it may end as it likes."""
        run = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, timeout=250,
                             input=input if isinstance(input, bytes) else input.encode(), env=environment)
        done = Done(run)
        if code is not None and done.code != code:
            raise AssertionError(f"bocage {' '.join(words)}: exit {code} was expected: {done}")
        return done
