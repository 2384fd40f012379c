"""One function per figure panel: data frame in, matplotlib figure out."""
