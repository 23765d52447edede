// Reading: our own descriptor through custom AVIO, so that no name is ever interpreted and no protocol ever opened.
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "internal.h"
#include "source.h"

// Most of a pipe that is kept (64 GiB): more than 10 hours of any video.
static const int64_t MOST_SPOOLED = INT64_C(64) << 30;

// Notes the system's refusal and returns it as FFmpeg's code.
static int refused(ls_media *media) {
  // Writing no bytes without a reason is a device that does not work.
  int code = errno ? errno : EIO;
  if (media->system_error == 0) media->system_error = code;
  return AVERROR(code);
}

static ssize_t read_at(int fd, uint8_t *buffer, size_t size, int64_t position) {
  ssize_t count;
  do {
    count = pread(fd, buffer, size, position);
  } while (count < 0 && errno == EINTR);
  return count;
}

static bool write_at(int fd, const uint8_t *buffer, size_t size, int64_t position) {
  while (size > 0) {
    errno = 0;
    ssize_t count = pwrite(fd, buffer, size, position);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer += count;
    size -= (size_t)count;
    position += count;
  }
  return true;
}

static int refused_spool(ls_media *media) {
  media->spool_failed = true;
  return refused(media);
}

// Reads more of a pipe into the buffer and the spool. Waits in short steps, so that cancelling works while a pipe is silent.
static int read_pipe(ls_media *media, uint8_t *buffer, int size) {
  ls_source *source = media->source;
  if (source->ended) return AVERROR_EOF;
  int patience = 0;
  for (;;) {
    if (ls_media_must_stop(media)) return AVERROR_EXIT;
    struct pollfd waiting = {.fd = source->fd, .events = POLLIN};
    int ready = poll(&waiting, 1, patience);
    if (ready == 0 && patience == 0 && media->before_waiting) media->before_waiting(media->before_waiting_opaque);
    patience = 50;
    if (ready < 0 && errno != EINTR) return refused(media);
    if (ready <= 0) continue;
    ssize_t count = read(source->fd, buffer, (size_t)size);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return refused(media);
    if (count == 0) {
      source->ended = true;
      return AVERROR_EOF;
    }
    if (source->spooled + count > MOST_SPOOLED) {
      errno = EFBIG;
      return refused_spool(media);
    }
    if (!write_at(source->spool_fd, buffer, (size_t)count, source->spooled)) return refused_spool(media);
    source->spooled += count;
    return (int)count;
  }
}

// Reads on until the spool holds `position` bytes or the pipe has ended.
static int fill_spool(ls_media *media, int64_t position) {
  uint8_t buffer[65536];
  while (media->source->spooled < position) {
    int count = read_pipe(media, buffer, sizeof buffer);
    if (count == AVERROR_EOF) return 0;
    if (count < 0) return count;
  }
  return 0;
}

// The contract of both callbacks is avio_alloc_context's: never return 0 for "no more", but AVERROR_EOF; AVSEEK_SIZE asks for the
// size, and AVSEEK_FORCE may be or-ed into whence. Source: libavformat/avio.h.
int ls_source_read(void *opaque, uint8_t *buffer, int size) {
  ls_media *media = opaque;
  ls_source *source = media->source;
  if (ls_media_must_stop(media)) return AVERROR_EXIT;
  if (source->spool_fd >= 0 && media->position >= source->spooled) {
    int filled = fill_spool(media, media->position);
    if (filled < 0) return filled;
    if (media->position > source->spooled) return AVERROR_EOF;
    int count = read_pipe(media, buffer, size);
    if (count > 0) media->position += count;
    return count;
  }
  int fd = source->fd;
  if (source->spool_fd >= 0) {
    fd = source->spool_fd;
    if (size > source->spooled - media->position) size = (int)(source->spooled - media->position);
  }
  // Pictures and attachments are kept in memory three times over while a container is opened.
  if (media->opening >= 0 && (media->opening += size) > LARGEST_HEADER) return AVERROR(EFBIG);
  ssize_t count = read_at(fd, buffer, (size_t)size, media->position);
  if (count < 0) return refused(media);
  if (count == 0) return AVERROR_EOF;
  media->position += count;
  return (int)count;
}

int64_t ls_source_seek(void *opaque, int64_t offset, int whence) {
  ls_media *media = opaque;
  ls_source *source = media->source;
  whence &= ~AVSEEK_FORCE;
  int64_t base = 0;
  if (whence == SEEK_CUR) {
    base = media->position;
  } else if (whence == AVSEEK_SIZE || whence == SEEK_END) {
    if (source->spool_fd >= 0) {
      // Nothing is known yet. The size is 0 then, and not an error, which the mp3 demuxer takes for a huge size: it would not
      // believe the gapless header any more.
      if (!source->seekable) return whence == AVSEEK_SIZE ? 0 : AVERROR(ENOSYS);
      int filled = fill_spool(media, INT64_MAX);
      if (filled < 0) return filled;
      base = source->spooled;
    } else {
      off_t end = lseek(source->fd, 0, SEEK_END);
      if (end < 0) return refused(media);
      base = end;
    }
    if (whence == AVSEEK_SIZE) return base;
  } else if (whence != SEEK_SET) {
    return AVERROR(EINVAL);
  }
  int64_t position;
  if (__builtin_add_overflow(base, offset, &position) || position < 0) return AVERROR(EINVAL);
  media->position = position;
  return position;
}
