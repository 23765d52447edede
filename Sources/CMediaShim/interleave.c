#include "interleave.h"

#include <string.h>

// Every loop below has a constant stride and no aliasing, so that compilers make vector code of it.
static const float SCALE = 1.0f / 32768.0f;

static void floats(float *restrict out, const int16_t *restrict in, int count) {
  for (int index = 0; index < count; index++) out[index] = (float)in[index] * SCALE;
}

static void float_pair(float *restrict left, float *restrict right, const int16_t *restrict in, int frames) {
  for (int index = 0; index < frames; index++) {
    left[index] = (float)in[2 * index] * SCALE;
    right[index] = (float)in[2 * index + 1] * SCALE;
  }
}

static void pair(int16_t *restrict left, int16_t *restrict right, const int16_t *restrict in, int frames) {
  for (int index = 0; index < frames; index++) {
    left[index] = in[2 * index];
    right[index] = in[2 * index + 1];
  }
}

bool ls_can_deal(enum AVSampleFormat format) {
  return format == AV_SAMPLE_FMT_S16 || format == AV_SAMPLE_FMT_S16P || format == AV_SAMPLE_FMT_FLT ||
         format == AV_SAMPLE_FMT_FLTP;
}

void ls_deal(enum AVSampleFormat format, uint8_t *const *planes, int offset, const int16_t *samples, int frames,
             int channels) {
  bool planar = av_sample_fmt_is_planar(format) && channels == 2;
  if (format == AV_SAMPLE_FMT_S16 || format == AV_SAMPLE_FMT_S16P) {
    int16_t *first = (int16_t *)planes[0];
    if (planar) {
      pair(first + offset, (int16_t *)planes[1] + offset, samples, frames);
    } else {
      memcpy(first + offset * channels, samples, (size_t)frames * (size_t)channels * sizeof *samples);
    }
  } else {
    float *first = (float *)planes[0];
    if (planar) {
      float_pair(first + offset, (float *)planes[1] + offset, samples, frames);
    } else {
      floats(first + offset * channels, samples, frames * channels);
    }
  }
}
