// Frames of any form in, one or two planes of floats out.
#ifndef LONGSCRIBE_SHIM_MIXER_H
#define LONGSCRIBE_SHIM_MIXER_H

#include <libavutil/frame.h>

#include "media_shim.h"

enum { MOST_OUTPUTS = 2 };

typedef struct mixer {
  AVChannelLayout layout;
  enum AVSampleFormat format;
  int rate;
  int outputs;
  int choice;  // an input channel, or LS_MIX_ALL and the like
  float *weights[MOST_OUTPUTS];
  float *out[MOST_OUTPUTS];  // what the last call mixed
  int64_t out_capacity;
  float *planes;  // the window's samples, one channel after the other; one channel's where nothing is compared
  int64_t window;
  int64_t filled;
  bool compares;  // whether channels may cancel each other out, so that each window is looked at
  int alone;      // the channel that stands for all in the last window; -1 for the mix
  int preferred;  // the channel that stood in last; -1 if none has
  int64_t quiet_for;  // samples since the channels last cancelled each other out
  int64_t non_finite;
  int64_t cancelled;  // samples for which one channel stood in
} mixer;

bool mixer_fits(const mixer *mixer, const AVFrame *frame);
// Prepares for frames of this form. 0, or FFmpeg's code; AVERROR_OPTION_NOT_FOUND if the chosen channel is not there.
int mixer_set_up(mixer *mixer, const AVFrame *frame, bool is_first);
// Takes samples of a frame from its sample `first` on (data NULL: silence) and returns how many are in out, or FFmpeg's code.
int64_t mixer_push(mixer *mixer, uint8_t *const *data, int64_t first, int64_t samples);
// Mixes what waits for its window to fill.
int64_t mixer_drain(mixer *mixer);
void mixer_free(mixer *mixer);

#endif
