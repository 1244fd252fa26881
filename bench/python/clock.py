"""Times work: by events on a GPU, by the wall clock on a CPU. The method is that of the Java side."""

import time as system

import torch

WARM_SECONDS = 0.2
SECONDS = 0.6
LEAST_RUNS = 7
MOST_RUNS = 200
SCRUB_BYTES = 256 << 20


def time(work, device):
    """Median, p20, p80 and minimum in seconds, how many runs, and bytes beyond the inputs."""
    on_gpu = device == "cuda"
    # Filled before each run, so that none finds the last one's data in the L2 cache.
    scrub = torch.empty(SCRUB_BYTES // 4, dtype=torch.int32, device=device) if on_gpu else None
    work()
    memory = peak_memory(work) if on_gpu else None
    once = float("inf")
    warm = 0.0
    while warm < WARM_SECONDS:
        once = min(once, *samples(work, scrub, 1))
        warm += once
    runs = min(max(int(SECONDS / max(once, 1e-9)), LEAST_RUNS), MOST_RUNS)
    times = sorted(samples(work, scrub, runs))
    return {
        "median": quantile(times, 0.5),
        "p20": quantile(times, 0.2),
        "p80": quantile(times, 0.8),
        "minimum": times[0],
        "runs": runs,
        "memory": memory,
    }


def samples(work, scrub, runs):
    if scrub is None:
        times = []
        for _ in range(runs):
            begin = system.perf_counter()
            work()
            times.append(system.perf_counter() - begin)
        return times
    events = []
    for i in range(runs):
        scrub.fill_(i)
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        work()
        end.record()
        events.append((begin, end))
    torch.cuda.synchronize()
    return [1e-3 * begin.elapsed_time(end) for begin, end in events]


def peak_memory(work):
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    work()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - before


def quantile(values, fraction):
    position = fraction * (len(values) - 1)
    below = int(position)
    above = min(below + 1, len(values) - 1)
    return values[below] + (position - below) * (values[above] - values[below])
