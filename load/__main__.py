"""The command line: `python -m load`, which is Locust without its page, on the open model unless users are asked for.

    python -m load --rate 50/s --length 60s
    python -m load --stage 10s:50/s --stage spike=5s:200/s --stage 20s:50/s --negatives 2%
    python -m load --rate 200/s --processes 2
    python -m load --users 20 --run-time 30s --pacing 500ms
    python -m load --find-capacity --mix signing

All options of Locust work, too; `--help` has them all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
USUAL_RATE = "50/s"
FAILED, USAGE = 3, 4
MASTERS_PLACE = ("--master-host", "--master-port", "--master-bind-host", "--master-bind-port")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code.

    0: objectives met; 1: missed, a wrong success, or stopped by its own limit; 2: interrupted; 3: could not run;
    4: wrong usage; 6: invalid, since the generator could not keep up and the measurements say nothing.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Locust patches all that waits when it is imported, so nothing of the project may come before it.
    from locust import argument_parser
    from locust.exception import RPCError
    from locust.main import main as locust

    from load.capacity import TRY, find_capacity
    from load.options import add_options, is_open
    from target.process import free_port

    parser = argument_parser.get_empty_argument_parser()
    argument_parser.setup_parser_arguments(parser)  # type: ignore[no-untyped-call]
    add_options(parser)
    parser.error = _wrong  # type: ignore[method-assign]
    options = parser.parse_args(given)
    # What Locust finds wrong later has exit codes that mean something else here.
    if options.num_users is not None and options.num_users < 1:
        _wrong(f"--users is {options.num_users}; allowed is a whole number above 0")
    if options.processes is not None and options.processes < 1 and options.processes != -1:
        _wrong(f"--processes is {options.processes}; allowed is a whole number above 0, or -1 for one on each core")
    if options.processes and (options.master or options.worker):
        _wrong("--processes does not go with --master or --worker: it is a master and so many workers")
    if is_open(options) and options.num_users:
        _wrong("--users waits for answers, --rate, --stage and --scenario do not; one of them is enough")
    if options.find_capacity and TRY not in os.environ:
        if options.stage or options.scenario:
            _wrong("--stage and --scenario do not go with --find-capacity, which chooses the rates itself")
        return find_capacity(options, given)
    usual = ["--headless", "--own-summary", "--only-summary", "--loglevel", "WARNING", "--web-host", "127.0.0.1"]
    if options.num_users and not options.spawn_rate:
        usual += ["--spawn-rate", str(options.num_users)]
    if not is_open(options) and not options.num_users and not options.worker:
        usual += ["--rate", USUAL_RATE]
    if options.processes and not any(word.partition("=")[0] in MASTERS_PLACE for word in given):
        # They are all here: nobody else can speak to them, and other runs on this machine are not in their way.
        port = str(free_port())
        usual += ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]
    sys.argv = ["locust", "--locustfile", str(LOCUSTFILE), *usual, *given]
    try:
        locust()  # type: ignore[no-untyped-call]
    except RPCError as error:
        print(f"load: the master cannot listen for its workers: {error}", file=sys.stderr)
        return FAILED
    return 0


def _wrong(message: str) -> NoReturn:
    print(f"load: {message}", file=sys.stderr)
    sys.exit(USAGE)


if __name__ == "__main__":
    sys.exit(main())
