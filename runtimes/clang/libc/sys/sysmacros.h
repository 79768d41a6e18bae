// <sys/sysmacros.h>: the two numbers of a device.
#pragma once
#define major(device) ((unsigned)(((device) >> 31 >> 1 & 0xfffff000) | ((device) >> 8 & 0x00000fff)))
#define minor(device) ((unsigned)(((device) >> 12 & 0xffffff00) | ((device) & 0x000000ff)))
#define makedev(major, minor)                                                                                          \
    (((major) & 0xfffff000ULL) << 32 | ((major) & 0x00000fffULL) << 8 | ((minor) & 0xffffff00ULL) << 12 |              \
     ((minor) & 0x000000ffULL))
