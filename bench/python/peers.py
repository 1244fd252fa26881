#!/usr/bin/env python3
"""Peers of Gramian in PyTorch: checked against its float64 reference, then timed.

    peers.py [--device cuda|cpu] FOLDER...    cases, one line of JSON per peer
    peers.py [--device cuda|cpu] --serve      the same for folders named on standard input

`gramian bench --backend cuda` writes the folders (case.json, inputs.npz, check.npz) and reads the
lines. The first says the version and which cases there are peers of, or why there are none; then: peer, median, p20, p80, minimum (seconds), runs, memory (bytes beyond the inputs), result and
gradients (relative errors on the small case of check.npz), or absent with the reason.
"""

import argparse
import json
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--serve", action="store_true", help="read folders from standard input")
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    reason = why_not(options.device)
    if reason:
        say({"absent": reason})
        sys.exit(0 if options.serve else 1)
    import torch
    import cases
    import expressions

    say({"version": torch.__version__, "cases": list(expressions.PEERS)})
    if not options.serve:
        for folder in options.folders:
            for answer in cases.measure(folder, options.device):
                say(answer)
        return
    for line in sys.stdin:
        for answer in cases.measure(line.rstrip("\n"), options.device):
            say(answer)
        say({"done": True})


def why_not(device):
    """Why nothing can be measured, or None."""
    try:
        import numpy  # noqa: F401
        import torch
    except ImportError as error:
        return f"this python3 has no {error.name}"
    if device == "cuda" and not torch.cuda.is_available():
        return f"PyTorch {torch.__version__} of this python3 sees no GPU"
    return None


def say(answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
