// Frames of any form in, 16 bit samples at one rate out.
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <math.h>
#include <stdlib.h>

#include "internal.h"
#include "mixer.h"

struct ls_resampler {
  mixer mixer;
  SwrContext *swr;  // NULL where the rate is the one that is wanted
  float *converted[MOST_OUTPUTS];
  int64_t capacity;
  int64_t clipped;
  int out_rate;
  bool used;
};

ls_resampler *ls_resampler_create(int rate, int channels, int choice, ls_error *error) {
  ls_resampler *resampler = calloc(1, sizeof *resampler);
  if (!resampler || channels < 1 || channels > MOST_OUTPUTS) {
    free(resampler);
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  resampler->out_rate = rate;
  resampler->mixer.outputs = channels;
  resampler->mixer.choice = choice;
  resampler->mixer.format = AV_SAMPLE_FMT_NONE;
  return resampler;
}

void ls_resampler_free(ls_resampler *resampler) {
  if (!resampler) return;
  swr_free(&resampler->swr);
  mixer_free(&resampler->mixer);
  for (int output = 0; output < MOST_OUTPUTS; output++) av_freep(&resampler->converted[output]);
  free(resampler);
}

bool ls_resampler_fits(const ls_resampler *resampler, const ls_decoder *decoder) {
  return mixer_fits(&resampler->mixer, ls_decoder_frame(decoder));
}

static int initialise(ls_resampler *resampler, bool soxr) {
  swr_free(&resampler->swr);
  AVChannelLayout layout;
  av_channel_layout_default(&layout, resampler->mixer.outputs);
  int result = swr_alloc_set_opts2(&resampler->swr, &layout, AV_SAMPLE_FMT_FLTP, resampler->out_rate, &layout,
                                   AV_SAMPLE_FMT_FLTP, resampler->mixer.rate, 0, NULL);
  if (result < 0) return result;
  if (soxr) {
    av_opt_set_int(resampler->swr, "resampler", SWR_ENGINE_SOXR, 0);
  } else {
    // The library's default lets through aliases at -13 dB.
    av_opt_set_int(resampler->swr, "filter_size", 64, 0);
    av_opt_set_double(resampler->swr, "cutoff", 0.98, 0);
  }
  return swr_init(resampler->swr);
}

bool ls_resampler_set_up(ls_resampler *resampler, const ls_decoder *decoder, ls_error *error) {
  int result = mixer_set_up(&resampler->mixer, ls_decoder_frame(decoder), !resampler->used);
  if (result == AVERROR_OPTION_NOT_FOUND) return ls_fail_as(error, LS_FAILURE_NO_CHANNEL, "");
  if (result < 0) return ls_fail(error, result);
  resampler->used = true;
  swr_free(&resampler->swr);
  if (resampler->mixer.rate == resampler->out_rate) return true;
  result = initialise(resampler, true);
  if (result < 0) result = initialise(resampler, false);
  return result < 0 ? ls_fail(error, result) : true;
}

int64_t ls_resampler_bound(const ls_resampler *resampler, int64_t samples) {
  if (resampler->mixer.rate == 0) return 0;
  int64_t inside = resampler->mixer.window + samples;
  if (resampler->swr) inside += swr_get_delay(resampler->swr, resampler->mixer.rate);
  return av_rescale_rnd(inside, resampler->out_rate, resampler->mixer.rate, AV_ROUND_UP) + 64;
}

// Rounds to 16 bits, interleaves, and counts what is out of range.
static void round_to_16(ls_resampler *resampler, float *const *planes, int64_t count, int16_t *out) {
  int outputs = resampler->mixer.outputs;
  int64_t clipped = 0;
  for (int output = 0; output < outputs; output++) {
    const float *plane = planes[output];
    int32_t beyond = 0;
    for (int64_t index = 0; index < count; index++) {
      float value = plane[index] * 32768.0f;
      value += value < 0 ? -0.5f : 0.5f;
      beyond += (value >= 32768.0f) | (value <= -32769.0f);
      value = value > 32767.0f ? 32767.0f : value < -32768.0f ? -32768.0f : value;
      out[index * outputs + output] = (int16_t)(int32_t)value;
    }
    clipped += beyond;
  }
  resampler->clipped += clipped;
}

// Brings planes of floats to the rate. Planes NULL: what is still inside.
static int64_t convert(ls_resampler *resampler, float *const *planes, int64_t samples, int16_t *out,
                       int64_t capacity, ls_error *error) {
  if (!resampler->swr) {
    if (samples > capacity) samples = capacity;
    round_to_16(resampler, planes, samples, out);
    return samples;
  }
  if (resampler->capacity < capacity) {
    for (int output = 0; output < resampler->mixer.outputs; output++) {
      av_freep(&resampler->converted[output]);
      resampler->converted[output] = av_malloc_array((size_t)capacity, sizeof(float));
      if (!resampler->converted[output]) {
        resampler->capacity = 0;
        ls_fail(error, AVERROR(ENOMEM));
        return -1;
      }
    }
    resampler->capacity = capacity;
  }
  int room = capacity > INT32_MAX ? INT32_MAX : (int)capacity;
  // swr_convert's input became more const with libswresample 4.14 (FFmpeg 7.0); void * suits both.
  int written = swr_convert(resampler->swr, (uint8_t **)resampler->converted, room, (void *)planes, (int)samples);
  if (written < 0) {
    ls_fail(error, written);
    return -1;
  }
  round_to_16(resampler, resampler->converted, written, out);
  return written;
}

static int64_t push(ls_resampler *resampler, uint8_t *const *data, int64_t first, int64_t samples, int16_t *out,
                    int64_t capacity, ls_error *error) {
  int64_t mixed = mixer_push(&resampler->mixer, data, first, samples);
  if (mixed < 0) {
    ls_fail(error, (int)mixed);
    return -1;
  }
  return mixed == 0 ? 0 : convert(resampler, resampler->mixer.out, mixed, out, capacity, error);
}

int64_t ls_resampler_push(ls_resampler *resampler, const ls_decoder *decoder, int64_t first, int64_t samples,
                          int16_t *out, int64_t capacity, ls_error *error) {
  const AVFrame *frame = ls_decoder_frame(decoder);
  if (first < 0 || samples < 0 || samples > frame->nb_samples - first) {
    ls_fail(error, AVERROR(EINVAL));
    return -1;
  }
  return push(resampler, frame->extended_data, first, samples, out, capacity, error);
}

int64_t ls_resampler_push_silence(ls_resampler *resampler, int64_t samples, int16_t *out,
                                  int64_t capacity, ls_error *error) {
  return push(resampler, NULL, 0, samples, out, capacity, error);
}

int64_t ls_resampler_drain(ls_resampler *resampler, int16_t *out, int64_t capacity, ls_error *error) {
  if (resampler->mixer.rate == 0) return 0;
  int64_t mixed = mixer_drain(&resampler->mixer);
  if (mixed < 0) {
    ls_fail(error, (int)mixed);
    return -1;
  }
  if (mixed > 0) {
    int64_t written = convert(resampler, resampler->mixer.out, mixed, out, capacity, error);
    if (written != 0) return written;
  }
  return resampler->swr ? convert(resampler, NULL, 0, out, capacity, error) : 0;
}

void ls_resampler_tell(const ls_resampler *resampler, ls_mix_report *report) {
  report->clipped = resampler->clipped;
  report->non_finite = resampler->mixer.non_finite;
  report->cancelled = resampler->mixer.cancelled;
}
