"""What a process holds and must give back: room on a disk, temporary folders, iterators."""
