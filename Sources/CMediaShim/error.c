#include <errno.h>
#include <libavutil/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

bool ls_fail_as(ls_error *error, enum ls_failure failure, const char *text) {
  error->failure = failure;
  error->system_error = 0;
  snprintf(error->text, sizeof error->text, "%s", text);
  return false;
}

bool ls_fail(ls_error *error, int code) {
  enum ls_failure failure = LS_FAILURE_NOT_MEDIA;
  int system_error = 0;
  switch (code) {
    case AVERROR_EXIT: failure = LS_FAILURE_CANCELLED; break;
    case AVERROR(ENOMEM): failure = LS_FAILURE_MEMORY; break;
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_ENCODER_NOT_FOUND:
    case AVERROR_PATCHWELCOME: failure = LS_FAILURE_UNSUPPORTED; break;
    case AVERROR(EIO):
    case AVERROR(ENOSPC):
    case AVERROR(EACCES):
    case AVERROR(EISDIR):
    case AVERROR(EDQUOT):
    case AVERROR(EFBIG):
      failure = LS_FAILURE_IO;
      system_error = AVUNERROR(code);
      break;
    default: break;
  }
  char text[AV_ERROR_MAX_STRING_SIZE] = "";
  if (av_strerror(code, text, sizeof text) < 0) snprintf(text, sizeof text, "error %d", code);
  ls_fail_as(error, failure, text);
  error->system_error = system_error;
  return false;
}

bool ls_media_fail(const ls_media *media, int code, ls_error *error) {
  if (code == AVERROR_EXIT || ls_cancel_is_raised(media->cancel)) return ls_fail(error, AVERROR_EXIT);
  if (!media->system_error) {
    ls_fail(error, code);
    return error->failure == LS_FAILURE_IO ? ls_fail(error, AVERROR_INVALIDDATA) : false;
  }
  ls_fail_as(error, media->spool_failed ? LS_FAILURE_SPOOL : LS_FAILURE_IO, strerror(media->system_error));
  error->system_error = media->system_error;
  return false;
}

int64_t ls_ns(int64_t time, AVRational base) {
  if (time == AV_NOPTS_VALUE || base.num <= 0 || base.den <= 0) return LS_NO_TIME;
  return av_rescale_q(time, base, (AVRational){1, 1000000000});
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

ls_cancel *ls_cancel_create(void) {
  ls_cancel *cancel = calloc(1, sizeof *cancel);
  if (!cancel) return NULL;
  atomic_init(&cancel->raised, false);
  atomic_init(&cancel->deadline, 0);
  return cancel;
}

void ls_cancel_raise(ls_cancel *cancel) { atomic_store(&cancel->raised, true); }

void ls_cancel_after(ls_cancel *cancel, int64_t nanoseconds) {
  atomic_store(&cancel->deadline, nanoseconds > 0 ? now() + nanoseconds : 0);
}

bool ls_cancel_is_expired(const ls_cancel *cancel) {
  int64_t deadline = atomic_load_explicit(&cancel->deadline, memory_order_relaxed);
  return deadline > 0 && now() >= deadline;
}

bool ls_cancel_is_raised(const ls_cancel *cancel) {
  return atomic_load_explicit(&cancel->raised, memory_order_relaxed) || ls_cancel_is_expired(cancel);
}

bool ls_media_must_stop(const ls_media *media) {
  return ls_cancel_is_raised(media->cancel) || atomic_load_explicit(&media->closing, memory_order_relaxed);
}

void ls_cancel_free(ls_cancel *cancel) { free(cancel); }
