// From interleaved 16 bit samples to the form that an encoder takes.
#ifndef LONGSCRIBE_SHIM_INTERLEAVE_H
#define LONGSCRIBE_SHIM_INTERLEAVE_H

#include <libavutil/samplefmt.h>
#include <stdbool.h>
#include <stdint.h>

// Whether there is a conversion to that form.
bool ls_can_deal(enum AVSampleFormat format);
// Converts `frames` frames of 1 or 2 channels and puts them into the planes from frame `offset` on.
void ls_deal(enum AVSampleFormat format, uint8_t *const *planes, int offset, const int16_t *samples, int frames,
             int channels);

#endif
