#include "output.h"

#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 65536 };

// The callback's buffer became const with libavformat 61 (FFmpeg 7.0).
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written_byte;
#else
typedef uint8_t written_byte;
#endif

static int fail(ls_output *output, int code) {
  // A write of no bytes without a reason is a device that does not work.
  if (code == 0) code = EIO;
  if (output->system_error == 0) output->system_error = code;
  return AVERROR(code);
}

static int write_bytes(void *opaque, written_byte *buffer, int size) {
  ls_output *output = opaque;
  int written = 0;
  while (written < size) {
    errno = 0;
    ssize_t count = pwrite(output->fd, buffer + written, (size_t)(size - written), output->position);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(output, errno);
    written += (int)count;
    output->position += count;
  }
  return size;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  ls_output *output = opaque;
  int64_t base = 0;
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE || whence == SEEK_END) {
    struct stat status;
    if (fstat(output->fd, &status) < 0) return fail(output, errno);
    if (whence == AVSEEK_SIZE) return status.st_size;
    base = status.st_size;
  } else if (whence == SEEK_CUR) {
    base = output->position;
  } else if (whence != SEEK_SET) {
    return AVERROR(EINVAL);
  }
  if (__builtin_add_overflow(base, offset, &base) || base < 0) return AVERROR(EINVAL);
  return output->position = base;
}

int ls_output_open(ls_output *output, int fd) {
  *output = (ls_output){.fd = fd};
  uint8_t *buffer = av_malloc(BUFFER_BYTES);
  if (!buffer) return AVERROR(ENOMEM);
  output->io = avio_alloc_context(buffer, BUFFER_BYTES, 1, output, NULL, write_bytes, seek_bytes);
  if (output->io) return 0;
  av_free(buffer);
  return AVERROR(ENOMEM);
}

int ls_output_flush(ls_output *output) {
  avio_flush(output->io);
  if (output->system_error) return AVERROR(output->system_error);
  return output->io->error < 0 ? output->io->error : 0;
}

void ls_output_close(ls_output *output) {
  // libavformat may have replaced the buffer, so it is the context's that is freed.
  if (output->io) av_freep(&output->io->buffer);
  avio_context_free(&output->io);
}
