"""Several processes train one model: each on its own pictures, with the mean of their gradients. Alone, all of this does nothing."""
import os
import socket

import torch
import torch.distributed as dist
import torch.multiprocessing


def start(function, count, *args):
    """Runs function(rank, *args) in `count` processes, here if it is one."""
    if count == 1:
        function(0, *args)
        return
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(s.getsockname()[1]))
    torch.multiprocessing.spawn(_joined, (function, count, args), nprocs=count)


def _joined(rank, function, count, args):
    dist.init_process_group("gloo", rank=rank, world_size=count)
    function(rank, *args)
    dist.destroy_process_group()


def processes():
    return dist.get_world_size() if dist.is_initialized() else 1


def rank():
    return dist.get_rank() if dist.is_initialized() else 0


def add(tensors):
    """Every tensor becomes its sum over all processes."""
    if processes() == 1:
        return
    flat = torch.cat([t.reshape(-1) for t in tensors])
    dist.all_reduce(flat)
    for t, part in zip(tensors, flat.split([t.numel() for t in tensors])):
        t.copy_(part.view(t.shape))


def mean(tensors):
    add(tensors)
    for t in tensors if processes() > 1 else ():
        t.div_(processes())
