"""What the peers compute, and which peers a case has: PEERS, at the end.

All tensors have the names of the ops. Losses are those of the cases that the Java side makes: rows
of unit length, the target of row i is column i, label smoothing 0.1.
"""

import torch
from torch.nn.functional import cross_entropy

SMOOTHING = 0.1
MMD_VARIANCE = 0.5


def compiled(function):
    def make():
        if not hasattr(torch, "compile"):
            raise RuntimeError(f"PyTorch {torch.__version__} has no torch.compile")
        # Not dynamic: each size is compiled for itself, which is faster.
        return torch.compile(function, dynamic=False)

    return make


def contrastive(scores, temperature):
    logits = scores / temperature
    target = torch.arange(logits.shape[0], device=logits.device)
    rows = cross_entropy(logits, target, label_smoothing=SMOOTHING)
    columns = cross_entropy(logits.T, target, label_smoothing=SMOOTHING)
    return (rows + columns) / 2


def published_volume_loss(anchor, temperature, **modalities):
    """GRAM, arXiv 2412.11959: a Gram matrix of every pair, its determinant by LU."""
    members = list(modalities.values())
    count = anchor.shape[0]
    pairs = (count, count)
    first = [torch.einsum("id,id->i", anchor, anchor).unsqueeze(1).expand(pairs)]
    first += [anchor @ member.T for member in members]
    rows = [torch.stack(first, dim=-1)]
    for i, member in enumerate(members):
        row = [anchor @ member.T]
        row += [torch.einsum("id,id->i", member, o).unsqueeze(0).expand(pairs) for o in members]
        rows.append(torch.stack(row, dim=-1))
    grams = torch.stack(rows, dim=-2)
    return contrastive(-torch.sqrt(torch.abs(torch.det(grams.float()))), temperature)


def schur_volume_loss(anchor, temperature, **modalities):
    """The same by a Schur complement: one Cholesky factor per tuple, no matrix per pair."""
    tuples = torch.stack(list(modalities.values()), dim=1)
    wide = tuples.float()
    gram = wide @ wide.transpose(1, 2)
    factor = torch.linalg.cholesky(gram)
    determinant = factor.diagonal(dim1=1, dim2=2).square().prod(dim=1)
    products = torch.stack([anchor @ tuples[:, l].T for l in range(tuples.shape[1])]).float()
    inverse = torch.linalg.inv(factor)
    projected = torch.einsum("jlm,mij->lij", inverse, products)
    rest = anchor.float().square().sum(dim=1).unsqueeze(1) - projected.square().sum(dim=0)
    volume = torch.sqrt((determinant.unsqueeze(0) * rest).clamp_min(1e-8))
    return contrastive(-volume, temperature)


def cosine_loss(anchor, modality1, temperature):
    return contrastive((anchor @ modality1.T).float(), temperature)


def liger():
    """Liger's cross-entropy of a product that is never whole, where its package is installed."""
    try:
        from liger_kernel.transformers import LigerFusedLinearCrossEntropyLoss
    except ImportError:
        raise RuntimeError("the package liger_kernel is not installed") from None

    cross_entropy_of_product = LigerFusedLinearCrossEntropyLoss(label_smoothing=SMOOTHING)

    def loss(anchor, modality1, temperature):
        target = torch.arange(anchor.shape[0], device=anchor.device)
        rows = cross_entropy_of_product(modality1, anchor / temperature, target)
        columns = cross_entropy_of_product(anchor, modality1 / temperature, target)
        return (rows + columns) / 2

    return loss


def inf_cl():
    """Inf-CL, arXiv 2410.17243, where its package is installed."""
    try:
        from inf_cl import cal_flash_loss
    except ImportError:
        raise RuntimeError("the package inf_cl is not installed") from None

    def one_way(rows, columns, scale):
        loss = cal_flash_loss(rows, columns, scale=scale)
        # It has no label smoothing, which is linear in the logits and needs no matrix.
        rows, columns = rows.float(), columns.float()
        target = scale * (rows * columns).sum(dim=1)
        return (loss + SMOOTHING * (target - scale * (rows @ columns.mean(dim=0)))).mean()

    def loss(anchor, modality1, temperature):
        scale = 1 / temperature
        return (one_way(anchor, modality1, scale) + one_way(modality1, anchor, scale)) / 2

    return loss


def gram(vectors):
    return (vectors @ vectors.transpose(1, 2)).float()


def logdet(vectors):
    wide = vectors.float()
    return torch.linalg.slogdet(wide @ wide.transpose(1, 2)).logabsdet


def volume(vectors):
    wide = vectors.float()
    return torch.linalg.det(wide @ wide.transpose(1, 2)).abs().sqrt()


def mmd(x, y):
    def mean_kernel(a, b):
        a, b = a.float(), b.float()
        squares = a.square().sum(1).unsqueeze(1) + b.square().sum(1).unsqueeze(0)
        distances = (squares - 2 * (a @ b.T)).clamp_min(0)
        return torch.exp(distances / (-2 * MMD_VARIANCE)).mean()

    return mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y)


# Names and makers of functions by the op and its variant; a maker compiles or imports what it needs.
PEERS = {
    "contrastive volume": [
        ("GRAM, published, eager", lambda: published_volume_loss),
        ("GRAM, published, torch.compile", compiled(published_volume_loss)),
        ("Schur complement, torch.compile", compiled(schur_volume_loss)),
    ],
    "contrastive cosine": [
        ("InfoNCE, eager", lambda: cosine_loss),
        ("InfoNCE, torch.compile", compiled(cosine_loss)),
        ("Inf-CL (Triton)", inf_cl),
        ("Liger (Triton)", liger),
    ],
    "gram": [("torch.bmm", lambda: gram)],
    "logdet": [("torch.linalg.slogdet", lambda: logdet)],
    "volume": [("torch.linalg.det", lambda: volume)],
    "mmd": [("MMD, eager", lambda: mmd), ("MMD, torch.compile", compiled(mmd))],
}
