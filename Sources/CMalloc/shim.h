#ifndef LONGSCRIBE_CMALLOC_SHIM_H
#define LONGSCRIBE_CMALLOC_SHIM_H

#include <malloc.h>

// The number of heaps that threads share. By default glibc gives nearly every thread its own, up to eight times the processors, and each keeps
// the holes that its largest moment has left.
// https://www.man7.org/linux/man-pages/man3/mallopt.3.html ("M_ARENA_MAX": 1 on success)
static inline int cmalloc_limit_heaps(int count) { return mallopt(M_ARENA_MAX, count); }

#endif
