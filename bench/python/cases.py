"""Cases out of folders: which peers they have, how far off those are, and how long they take."""

import json
import pathlib

import numpy
import torch

import clock
import expressions

OUT_OF_MEMORY = getattr(torch, "OutOfMemoryError", None) or torch.cuda.OutOfMemoryError
DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}


def measure(folder, device):
    """Yields an answer per peer of a case."""
    folder = pathlib.Path(folder)
    case = json.loads((folder / "case.json").read_text())
    dtype = DTYPES[case["dtype"]]
    gradients = case["pass"] == "both"
    check = numpy.load(folder / "check.npz")
    small = inputs_of(check, dtype, device)
    expected = {n[len("out."):]: check[n] for n in check.files if n.startswith("out.")}
    full = inputs_of(numpy.load(folder / "inputs.npz"), dtype, device)
    kind = f"{case['op']} {case['variant']}".strip()
    for name, make in expressions.PEERS.get(kind, []):
        try:
            forward = make()
            errors = errors_of(run(forward, small, gradients), expected)
            answer = clock.time(lambda: run(forward, full, gradients), device)
            yield {"peer": name, **answer, **errors}
        except OUT_OF_MEMORY:
            yield {"peer": name, "absent": "out of memory"}
        except Exception as error:  # whatever a compiler or a package raises is the answer
            text = f"{type(error).__name__}: {error}".splitlines()[0]
            yield {"peer": name, "absent": text[:200]}
        clear(device)


def inputs_of(arrays, dtype, device):
    """Tensors by name: vectors in the element type of the case, single numbers in f32."""
    tensors = {}
    for name in arrays.files:
        if name.startswith("in."):
            array = arrays[name]
            name = name[len("in."):]
            wanted = dtype if array.ndim >= 2 and not name.startswith("grad_") else torch.float32
            tensors[name] = torch.from_numpy(array).to(device=device, dtype=wanted)
    return tensors


def run(forward, inputs, gradients):
    """The result and, where wanted, the gradients of all inputs, by the names of the op."""
    leaves = {n: x for n, x in inputs.items() if not n.startswith("grad_")}
    if not gradients:
        with torch.no_grad():
            return {"result": forward(**leaves)}
    leaves = {n: x.detach().requires_grad_() for n, x in leaves.items()}
    result = forward(**leaves)
    upstream = next((x for n, x in inputs.items() if n.startswith("grad_")), None)
    found = torch.autograd.grad(result, list(leaves.values()), upstream)
    return {"result": result.detach(), **{f"grad_{n}": g for n, g in zip(leaves, found)}}


def errors_of(results, expected):
    """The largest relative errors over whole arrays: of the result, and of a gradient."""
    errors = {"result": 0.0, "gradients": 0.0}
    for name, values in expected.items():
        gradient = name.startswith("grad_")
        tensor = results.get(name if gradient else "result")
        if tensor is None:
            continue
        values = numpy.asarray(values).ravel()
        difference = tensor.detach().double().cpu().numpy().ravel() - values
        error = float(numpy.linalg.norm(difference) / max(numpy.linalg.norm(values), 1e-300))
        key = "gradients" if gradient else "result"
        # Not max(): a NaN must stay.
        errors[key] = error if not error <= errors[key] else errors[key]
    return errors


def clear(device):
    """Gives memory back that the next peer, or another process, may need."""
    if hasattr(torch, "compiler"):
        torch.compiler.reset()
    if device == "cuda":
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
