#ifndef LONGSCRIBE_SHIM_SOURCE_H
#define LONGSCRIBE_SHIM_SOURCE_H

#include <stdint.h>

// Bytes that may be read to open a container (128 MiB): an index of 10 hours of video has 50.
static const int64_t LARGEST_HEADER = 128 << 20;

// AVIO callbacks over an ls_media's source.
int ls_source_read(void *opaque, uint8_t *buffer, int size);
int64_t ls_source_seek(void *opaque, int64_t offset, int whence);

#endif
