"""Which device trains: a GPU where one was granted and is there, else the CPU, said in the log.

GPUs of CUDA only. Apple's (MPS) have no float64, which the closed forms and the metrics need, so a Mac
trains on its CPU.
"""

import logging

import torch

logger = logging.getLogger("deepdep")


def choose_device(gpus: int, threads: int) -> torch.device:
    """Return the device to train on and give torch its threads.

    Parameters
    ----------
    gpus
        GPUs granted to the rule (``resources.gpu``); 0 asks for the CPU.
    threads
        CPU threads granted to the rule.
    """
    torch.set_num_threads(max(1, threads))
    if gpus and torch.cuda.is_available():
        logger.info("device: GPU %s", torch.cuda.get_device_name())
        return torch.device("cuda")
    reason = "no CUDA GPU was found" if gpus else "resources.gpu is 0"
    logger.info("device: CPU with %d threads, because %s", threads, reason)
    return torch.device("cpu")
