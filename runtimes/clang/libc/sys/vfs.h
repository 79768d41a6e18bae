// <sys/vfs.h>: <sys/statfs.h>.
#pragma once
#include <sys/statfs.h>
