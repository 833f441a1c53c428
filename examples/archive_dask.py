#!/usr/bin/env python3
"""Compress the files of an archive on the workers of a Dask cluster.

Each task runs one part of the manifest. A task whose worker is lost is run again by another one,
which does what is left of the part.

  python archive_dask.py archive/manifest.jsonl --workers 2 --parts 8
  python archive_dask.py archive/manifest.jsonl --scheduler tcp://node1:8786 --parts 64
"""

import argparse
import json
import subprocess
import sys

from dask.distributed import Client, LocalCluster, as_completed


def run_part(manifest: str, index: int, count: int) -> dict:
    """Run one part of a manifest, and return the result that the command prints as JSON."""
    part = f"{index}/{count}"
    command = ["fieldreel", "archive", "run", manifest, "--part", part, "--threads", "1", "--json"]
    process = subprocess.run(command, capture_output=True, text=True)
    # Units that fail make the exit code 1, and are listed in the result.
    if process.returncode not in (0, 1) or not process.stdout:
        raise RuntimeError(f"part {part}: {process.stderr.strip() or process.returncode}")
    return json.loads(process.stdout)


def main() -> int:
    """Run all parts of a manifest, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest")
    parser.add_argument("--scheduler", help="the address of a cluster [default: a local one]")
    parser.add_argument("--workers", type=int, default=2, help="the workers of a local cluster")
    parser.add_argument("--parts", type=int, default=8, help="the number of tasks")
    arguments = parser.parse_args()

    if arguments.scheduler:
        cluster = arguments.scheduler
    else:
        cluster = LocalCluster(n_workers=arguments.workers, threads_per_worker=1)
    done, failed = 0, []
    with Client(cluster) as client:
        parts = range(1, arguments.parts + 1)
        futures = client.map(
            lambda index: run_part(arguments.manifest, index, arguments.parts), parts, pure=False
        )
        for future in as_completed(futures):
            result = future.result()
            done += result["done"]
            failed += result["failed"]
    if not arguments.scheduler:
        cluster.close()
    print(f"{done} files done, {len(failed)} failed")
    for unit in failed:
        print(f"failed: {unit['error']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
