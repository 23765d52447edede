// Any form of samples in, mono 16 bit out.
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { SILENCE_BLOCK = 4096, MOST_MATRIX_CHANNELS = 64 };

struct ls_resampler {
  SwrContext *swr;
  AVChannelLayout layout;
  uint8_t *silence;
  enum AVSampleFormat format;
  int in_rate;
  int out_rate;
};

ls_resampler *ls_resampler_create(int rate, ls_error *error) {
  ls_resampler *resampler = calloc(1, sizeof *resampler);
  if (!resampler) {
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  resampler->out_rate = rate;
  resampler->format = AV_SAMPLE_FMT_NONE;
  return resampler;
}

void ls_resampler_free(ls_resampler *resampler) {
  if (!resampler) return;
  swr_free(&resampler->swr);
  av_channel_layout_uninit(&resampler->layout);
  av_freep(&resampler->silence);
  free(resampler);
}

bool ls_resampler_fits(const ls_resampler *resampler, const ls_decoder *decoder) {
  const AVFrame *frame = decoder->frame;
  return resampler->swr && resampler->format == frame->format &&
         resampler->in_rate == frame->sample_rate &&
         av_channel_layout_compare(&resampler->layout, &frame->ch_layout) == 0;
}

// Share of a channel in the mono mix. The library's own matrix is louder with float output than with integer output and lowers
// 5.1 dialogue by 11 dB; this one keeps the level of what is said: the centre whole, both sides half.
static double share(enum AVChannel channel, int channels, bool known) {
  if (!known) return 1.0 / channels;
  switch (channel) {
    case AV_CHAN_FRONT_CENTER: return 1.0;
    case AV_CHAN_FRONT_LEFT:
    case AV_CHAN_FRONT_RIGHT:
    case AV_CHAN_STEREO_LEFT:
    case AV_CHAN_STEREO_RIGHT: return 0.5;
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2: return 0.0;
    default: return 0.35;
  }
}

static int set_matrix(SwrContext *swr, const AVChannelLayout *layout) {
  int channels = layout->nb_channels;
  if (channels == 1) return 0;
  double matrix[MOST_MATRIX_CHANNELS];
  bool known = layout->order == AV_CHANNEL_ORDER_NATIVE;
  for (int index = 0; index < channels; index++) {
    matrix[index] = share(av_channel_layout_channel_from_index(layout, index), channels, known);
  }
  // swr_set_matrix must come before swr_init; the stride counts inputs.
  return swr_set_matrix(swr, matrix, channels);
}

static int initialise(ls_resampler *resampler, bool soxr) {
  swr_free(&resampler->swr);
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  int result = swr_alloc_set_opts2(&resampler->swr, &mono, AV_SAMPLE_FMT_S16, resampler->out_rate,
                                   &resampler->layout, resampler->format, resampler->in_rate, 0, NULL);
  if (result < 0) return result;
  // Mixing in float and saturating only at the end: integer mixing would lower everything to avoid clipping.
  av_opt_set_sample_fmt(resampler->swr, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0);
  if (soxr) {
    av_opt_set_int(resampler->swr, "resampler", SWR_ENGINE_SOXR, 0);
  } else {
    // The library's default lets through aliases at -13 dB.
    av_opt_set_int(resampler->swr, "filter_size", 64, 0);
    av_opt_set_double(resampler->swr, "cutoff", 0.98, 0);
  }
  result = set_matrix(resampler->swr, &resampler->layout);
  if (result < 0) return result;
  return swr_init(resampler->swr);
}

bool ls_resampler_set_up(ls_resampler *resampler, const ls_decoder *decoder, ls_error *error) {
  const AVFrame *frame = decoder->frame;
  av_channel_layout_uninit(&resampler->layout);
  int result = av_channel_layout_copy(&resampler->layout, &frame->ch_layout);
  if (result < 0) return ls_fail(error, result);
  if (resampler->layout.order == AV_CHANNEL_ORDER_UNSPEC && resampler->layout.nb_channels <= 2) {
    av_channel_layout_default(&resampler->layout, frame->ch_layout.nb_channels);
  }
  resampler->format = frame->format;
  resampler->in_rate = frame->sample_rate;
  if (initialise(resampler, true) < 0) {
    result = initialise(resampler, false);
    if (result < 0) return ls_fail(error, result);
  }
  // The frame's own layout is what later frames are compared with.
  av_channel_layout_uninit(&resampler->layout);
  result = av_channel_layout_copy(&resampler->layout, &frame->ch_layout);
  if (result < 0) return ls_fail(error, result);
  av_freep(&resampler->silence);
  int size = av_samples_get_buffer_size(NULL, resampler->layout.nb_channels, SILENCE_BLOCK, resampler->format, 1);
  if (size < 0) return ls_fail(error, size);
  resampler->silence = av_malloc((size_t)size);
  if (!resampler->silence) return ls_fail(error, AVERROR(ENOMEM));
  // Unsigned 8 bit silence is 0x80; all other formats' is 0.
  bool is_unsigned = av_get_packed_sample_fmt(resampler->format) == AV_SAMPLE_FMT_U8;
  memset(resampler->silence, is_unsigned ? 0x80 : 0, (size_t)size);
  return true;
}

int64_t ls_resampler_bound(const ls_resampler *resampler, int64_t samples) {
  if (!resampler->swr) return 0;
  return av_rescale_rnd(swr_get_delay(resampler->swr, resampler->in_rate) + samples, resampler->out_rate,
                        resampler->in_rate, AV_ROUND_UP) + 64;
}

static int64_t convert(ls_resampler *resampler, uint8_t *const *planes, int samples, int16_t *out,
                       int64_t capacity, ls_error *error) {
  uint8_t *target[1] = {(uint8_t *)out};
  int room = capacity > INT32_MAX ? INT32_MAX : (int)capacity;
  int written = swr_convert(resampler->swr, target, room, (const uint8_t **)planes, samples);
  if (written >= 0) return written;
  ls_fail(error, written);
  return -1;
}

int64_t ls_resampler_push(ls_resampler *resampler, const ls_decoder *decoder, int16_t *out,
                          int64_t capacity, ls_error *error) {
  const AVFrame *frame = decoder->frame;
  return convert(resampler, frame->extended_data, frame->nb_samples, out, capacity, error);
}

int64_t ls_resampler_push_silence(ls_resampler *resampler, int64_t samples, int16_t *out,
                                  int64_t capacity, ls_error *error) {
  uint8_t *planes[MOST_MATRIX_CHANNELS];
  for (int index = 0; index < MOST_MATRIX_CHANNELS; index++) planes[index] = resampler->silence;
  int count = samples > SILENCE_BLOCK ? SILENCE_BLOCK : (int)samples;
  return convert(resampler, planes, count, out, capacity, error);
}

int64_t ls_resampler_drain(ls_resampler *resampler, int16_t *out, int64_t capacity, ls_error *error) {
  if (!resampler->swr) return 0;
  return convert(resampler, NULL, 0, out, capacity, error);
}
