#include "mixer.h"

#include <float.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <math.h>
#include <string.h>

// Note: Channels that cancel each other out
//
// A microphone whose two wires were swapped gives two channels that are each other's negative. Each sounds well alone; added up they
// are silence, and a transcript of silence. So each window of 100 ms is mixed only once it is whole: where the mix is 15 dB
// below what its channels hold, the louder channel stands for all. It stands in until half a second has passed without that, so that
// the sound does not jump between the two from word to word, and each change is faded over 10 ms. At 15 dB two channels still count that
// differ by a sixth in loudness; speech that both channels have in common is far above it.
enum {
  WINDOWS_A_SECOND = 10,
  FADE = 10,           // the fade's share of the window is one tenth
  MOST_COMPARED = 8,   // with more channels no wiring mistake silences the mix
};
static const float CANCELLED = 0.03f;  // −15 dB of power
static const float AUDIBLE = 1e-8f;    // −80 dBFS of power
static const float ALIKE = 0.25f;      // −6 dB of power: the channel that stood in before may go on
// Floats beyond this (36 dB above full scale) are damage that would overflow in the resampler.
static const float LARGEST = 64;

bool mixer_fits(const mixer *mixer, const AVFrame *frame) {
  return mixer->weights[0] && mixer->format == frame->format && mixer->rate == frame->sample_rate &&
         av_channel_layout_compare(&mixer->layout, &frame->ch_layout) == 0;
}

// Share of a channel in a mono mix. libswresample's own matrix is louder with float output than with integer output and lowers 5.1
// dialogue by 11 dB; this one keeps the level of what is said: the centre whole, both sides half. It may exceed full scale, which
// is counted.
static float mono_share(enum AVChannel channel) {
  switch (channel) {
    case AV_CHAN_FRONT_CENTER: return 1.0f;
    case AV_CHAN_FRONT_LEFT:
    case AV_CHAN_FRONT_RIGHT:
    case AV_CHAN_STEREO_LEFT:
    case AV_CHAN_STEREO_RIGHT: return 0.5f;
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2: return 0.0f;
    default: return 0.35f;
  }
}

// Which side of a stereo mix a channel belongs to: −1 left, 1 right, 0 both.
static int side(enum AVChannel channel) {
  switch (channel) {
    case AV_CHAN_FRONT_LEFT:
    case AV_CHAN_STEREO_LEFT:
    case AV_CHAN_BACK_LEFT:
    case AV_CHAN_SIDE_LEFT:
    case AV_CHAN_FRONT_LEFT_OF_CENTER:
    case AV_CHAN_WIDE_LEFT:
    case AV_CHAN_TOP_FRONT_LEFT:
    case AV_CHAN_TOP_BACK_LEFT: return -1;
    case AV_CHAN_FRONT_RIGHT:
    case AV_CHAN_STEREO_RIGHT:
    case AV_CHAN_BACK_RIGHT:
    case AV_CHAN_SIDE_RIGHT:
    case AV_CHAN_FRONT_RIGHT_OF_CENTER:
    case AV_CHAN_WIDE_RIGHT:
    case AV_CHAN_TOP_FRONT_RIGHT:
    case AV_CHAN_TOP_BACK_RIGHT: return 1;
    default: return 0;
  }
}

static float share(const AVChannelLayout *layout, int channel, int output, int outputs) {
  int channels = layout->nb_channels;
  if (channels == 1) return 1.0f;
  bool known = layout->order == AV_CHANNEL_ORDER_NATIVE;
  if (!known && !(channels == 2 && outputs == 2)) return 1.0f / (float)channels;
  if (!known) return channel == output ? 1.0f : 0.0f;
  enum AVChannel name = av_channel_layout_channel_from_index(layout, (unsigned)channel);
  if (outputs == 1) return mono_share(name);
  int place = side(name);
  float whole = mono_share(name) == 0.5f ? 1.0f : mono_share(name) * 0.7f;
  return place == 0 ? mono_share(name) * 0.7f : (place < 0) == (output == 0) ? whole : 0.0f;
}

// The input channel that is asked for; -1 for all of them, -2 if it is not there.
static int chosen(const mixer *mixer) {
  int channels = mixer->layout.nb_channels;
  if (mixer->choice == LS_MIX_ALL) return -1;
  if (mixer->choice >= 0) return mixer->choice < channels ? mixer->choice : -2;
  enum AVChannel wanted = mixer->choice == LS_CHANNEL_LEFT ? AV_CHAN_FRONT_LEFT : AV_CHAN_FRONT_RIGHT;
  int index = av_channel_layout_index_from_channel(&mixer->layout, wanted);
  if (index >= 0) return index;
  return channels >= 2 ? (mixer->choice == LS_CHANNEL_LEFT ? 0 : 1) : -2;
}

static int set_weights(mixer *mixer, bool is_first) {
  int channels = mixer->layout.nb_channels;
  int only = chosen(mixer);
  // Later on a recording may lose the channel: then all of it is better than none.
  if (only == -2 && is_first) return AVERROR_OPTION_NOT_FOUND;
  for (int output = 0; output < mixer->outputs; output++) {
    av_freep(&mixer->weights[output]);
    mixer->weights[output] = av_malloc_array((size_t)channels, sizeof(float));
    if (!mixer->weights[output]) return AVERROR(ENOMEM);
    for (int channel = 0; channel < channels; channel++) {
      mixer->weights[output][channel] =
          only >= 0 ? (float)(channel == only) : share(&mixer->layout, channel, output, mixer->outputs);
    }
  }
  mixer->compares = only < 0 && mixer->outputs == 1 && channels > 1 && channels <= MOST_COMPARED;
  return 0;
}

int mixer_set_up(mixer *mixer, const AVFrame *frame, bool is_first) {
  av_channel_layout_uninit(&mixer->layout);
  int result = av_channel_layout_copy(&mixer->layout, &frame->ch_layout);
  if (result < 0) return result;
  int channels = frame->ch_layout.nb_channels;
  if (mixer->layout.order == AV_CHANNEL_ORDER_UNSPEC && channels <= 2) {
    av_channel_layout_default(&mixer->layout, channels);
  }
  mixer->format = frame->format;
  mixer->rate = frame->sample_rate;
  result = set_weights(mixer, is_first);
  if (result < 0) return result;
  // The frame's own layout is what later frames are compared with.
  av_channel_layout_uninit(&mixer->layout);
  result = av_channel_layout_copy(&mixer->layout, &frame->ch_layout);
  if (result < 0) return result;
  mixer->window = mixer->rate / WINDOWS_A_SECOND;
  mixer->filled = 0;
  mixer->alone = -1;
  mixer->preferred = -1;
  mixer->quiet_for = 0;
  av_freep(&mixer->planes);
  size_t planes = mixer->compares ? (size_t)channels : 1;
  mixer->planes = av_malloc_array(planes * (size_t)mixer->window, sizeof(float));
  return mixer->planes ? 0 : AVERROR(ENOMEM);
}

static bool reserve(mixer *mixer, int64_t samples) {
  if (mixer->out_capacity >= samples) return true;
  mixer->out_capacity = 0;
  for (int output = 0; output < mixer->outputs; output++) {
    av_freep(&mixer->out[output]);
    mixer->out[output] = av_malloc_array((size_t)samples, sizeof(float));
    if (!mixer->out[output]) return false;
  }
  mixer->out_capacity = samples;
  return true;
}

#define LOAD(type, expression)                              \
  do {                                                      \
    const type *source = (const type *)base + first;        \
    for (int64_t index = 0; index < count; index++) {       \
      const type value = source[index * stride];            \
      out[index] = (expression);                            \
    }                                                       \
  } while (0)

// Replaces what is no number: a single one would spread over the resampler's whole filter.
static int64_t clean(float *samples, int64_t count) {
  int bad = 0;
  for (int64_t index = 0; index < count; index++) bad |= !(fabsf(samples[index]) <= LARGEST);
  if (!bad) return 0;
  int64_t replaced = 0;
  for (int64_t index = 0; index < count; index++) {
    if (isfinite(samples[index])) {
      samples[index] = fminf(fmaxf(samples[index], -LARGEST), LARGEST);
    } else {
      samples[index] = 0;
      replaced++;
    }
  }
  return replaced;
}

// One channel as floats, full scale 1.
static void load(mixer *mixer, uint8_t *const *data, int channel, int64_t offset, int64_t count, float *out) {
  if (!data) {
    memset(out, 0, (size_t)count * sizeof *out);
    return;
  }
  bool planar = av_sample_fmt_is_planar(mixer->format);
  int64_t stride = planar ? 1 : mixer->layout.nb_channels;
  int64_t first = planar ? offset : offset * stride + channel;
  const uint8_t *base = data[planar ? channel : 0];
  switch (av_get_packed_sample_fmt(mixer->format)) {
    case AV_SAMPLE_FMT_U8: LOAD(uint8_t, (float)(value - 128) * 0x1p-7f); break;
    case AV_SAMPLE_FMT_S16: LOAD(int16_t, (float)value * 0x1p-15f); break;
    case AV_SAMPLE_FMT_S32: LOAD(int32_t, (float)value * 0x1p-31f); break;
    case AV_SAMPLE_FMT_S64: LOAD(int64_t, (float)value * 0x1p-63f); break;
    case AV_SAMPLE_FMT_FLT:
      LOAD(float, value);
      mixer->non_finite += clean(out, count);
      break;
    case AV_SAMPLE_FMT_DBL:
      LOAD(double, (float)value);
      mixer->non_finite += clean(out, count);
      break;
    default: memset(out, 0, (size_t)count * sizeof *out);
  }
}

static void add(float *restrict out, const float *restrict in, float weight, int64_t count) {
  for (int64_t index = 0; index < count; index++) out[index] += in[index] * weight;
}

// Power around the mean: an offset of the converter is no sound. Eight sums, because a compiler may not reorder the additions of one.
static float power(const float *samples, int64_t count) {
  float squares[8] = {0}, sums[8] = {0};
  int64_t index = 0;
  for (; index + 8 <= count; index += 8) {
    for (int lane = 0; lane < 8; lane++) {
      squares[lane] += samples[index + lane] * samples[index + lane];
      sums[lane] += samples[index + lane];
    }
  }
  double square = 0, sum = 0;
  for (; index < count; index++) {
    square += samples[index] * samples[index];
    sum += samples[index];
  }
  for (int lane = 0; lane < 8; lane++) {
    square += squares[lane];
    sum += sums[lane];
  }
  if (count == 0) return 0;
  double mean = sum / (double)count, variance = square / (double)count - mean * mean;
  return variance > 0 ? (float)variance : 0;
}

// Mixes channels that are not compared: straight through, a window's length at a time.
static void mix_directly(mixer *mixer, uint8_t *const *data, int64_t first, int64_t samples) {
  for (int64_t offset = 0; offset < samples; offset += mixer->window) {
    int64_t count = samples - offset < mixer->window ? samples - offset : mixer->window;
    for (int output = 0; output < mixer->outputs; output++) {
      memset(mixer->out[output] + offset, 0, (size_t)count * sizeof(float));
    }
    for (int channel = 0; channel < mixer->layout.nb_channels; channel++) {
      bool used = false;
      for (int output = 0; output < mixer->outputs; output++) used |= mixer->weights[output][channel] != 0;
      if (!used) continue;
      load(mixer, data, channel, first + offset, count, mixer->planes);
      for (int output = 0; output < mixer->outputs; output++) {
        float weight = mixer->weights[output][channel];
        if (weight != 0) add(mixer->out[output] + offset, mixer->planes, weight, count);
      }
    }
  }
}

// Which channel stands for all in this window; -1 for the mix.
static int judge(mixer *mixer, const float *mix, int64_t count) {
  float loudest = 0, left_out = 0, preferred = 0;
  int louder = -1, unused = -1;
  for (int channel = 0; channel < mixer->layout.nb_channels; channel++) {
    float weight = mixer->weights[0][channel];
    float own = power(mixer->planes + channel * mixer->window, count) * (weight != 0 ? weight * weight : 1);
    float *best = weight != 0 ? &loudest : &left_out;
    if (weight != 0 && channel == mixer->preferred) preferred = own;
    if (own <= *best) continue;
    *best = own;
    *(weight != 0 ? &louder : &unused) = channel;
  }
  int chosen = -1;
  if (loudest > AUDIBLE && power(mix, count) < CANCELLED * loudest) {
    // The same as before, if it can be: the other one has the opposite sign.
    chosen = preferred > ALIKE * loudest ? mixer->preferred : louder;
  } else if (loudest <= AUDIBLE && left_out > AUDIBLE) {
    // Six microphones labelled 5.1, and the speaker at the fourth, which the label calls a subwoofer.
    chosen = unused;
  }
  if (chosen >= 0) {
    mixer->preferred = chosen;
    mixer->quiet_for = 0;
    return chosen;
  }
  mixer->quiet_for += count;
  return mixer->alone >= 0 && mixer->quiet_for < mixer->rate / 2 ? mixer->alone : -1;
}

// Mixes the window's first samples to out + offset.
static void mix_window(mixer *mixer, int64_t offset, int64_t count) {
  float *mix = mixer->out[0] + offset;
  memset(mix, 0, (size_t)count * sizeof *mix);
  for (int channel = 0; channel < mixer->layout.nb_channels; channel++) {
    float weight = mixer->weights[0][channel];
    if (weight != 0) add(mix, mixer->planes + channel * mixer->window, weight, count);
  }
  int before = mixer->alone;
  int now = judge(mixer, mix, count);
  mixer->alone = now;
  if (now >= 0) mixer->cancelled += count;
  if (before < 0 && now < 0) return;
  const float *alone = mixer->planes + (now >= 0 ? now : before) * mixer->window;
  int64_t fade = mixer->window / FADE;
  for (int64_t index = 0; index < count; index++) {
    float share = now >= 0 ? 1 : 0;
    if (before != now && index < fade) {
      float progress = (float)index / (float)fade;
      share = now >= 0 ? progress : 1 - progress;
    }
    mix[index] += (alone[index] - mix[index]) * share;
  }
}

int64_t mixer_push(mixer *mixer, uint8_t *const *data, int64_t first, int64_t samples) {
  if (!reserve(mixer, samples + mixer->window)) return AVERROR(ENOMEM);
  if (!mixer->compares) {
    mix_directly(mixer, data, first, samples);
    return samples;
  }
  int64_t mixed = 0;
  for (int64_t taken = 0; taken < samples;) {
    int64_t count = mixer->window - mixer->filled;
    if (count > samples - taken) count = samples - taken;
    for (int channel = 0; channel < mixer->layout.nb_channels; channel++) {
      load(mixer, data, channel, first + taken, count, mixer->planes + channel * mixer->window + mixer->filled);
    }
    taken += count;
    mixer->filled += count;
    if (mixer->filled < mixer->window) break;
    mix_window(mixer, mixed, mixer->window);
    mixed += mixer->window;
    mixer->filled = 0;
  }
  return mixed;
}

int64_t mixer_drain(mixer *mixer) {
  int64_t count = mixer->filled;
  if (count == 0) return 0;
  if (!reserve(mixer, mixer->window)) return AVERROR(ENOMEM);
  mix_window(mixer, 0, count);
  mixer->filled = 0;
  return count;
}

void mixer_free(mixer *mixer) {
  av_channel_layout_uninit(&mixer->layout);
  av_freep(&mixer->planes);
  for (int output = 0; output < MOST_OUTPUTS; output++) {
    av_freep(&mixer->weights[output]);
    av_freep(&mixer->out[output]);
  }
}
