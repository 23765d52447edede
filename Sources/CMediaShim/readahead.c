// Decodes on a thread of its own, a little ahead of whoever takes the frames.
//
// Note: Two threads for one recording
//
// Decoding is two thirds of the work of listening; mixing, resampling, measuring and writing are the rest. So one thread decodes, and
// the caller's does the rest. Frames cross in a ring, and in batches: waking a thread costs as much as resampling a frame of
// AAC. A batch ends early when the decoder has to wait for a pipe, so that what has been said so far can be
// planned and sent.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "decoder.h"

// FULL bounds memory where frames are long: so many samples of all channels wait at the most, and one frame more.
enum { RING = 64, BATCH = 16, BATCH_SAMPLES = 65536, FULL = 4 << 20 };

struct slot {
  AVFrame *frame;
  ls_frame facts;
  ls_tally tally;  // of all that was read up to here
  int64_t values;  // samples of all channels, of this slot and all before it
  enum ls_read kind;
};

struct ls_decoder {
  packet_decoder core;
  struct slot slots[RING];
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t filled;  // frames have been published
  pthread_cond_t freed;   // slots have been given back
  // Guarded by the lock: how many slots have been published and given back so far.
  int64_t published;
  int64_t given_back;
  int64_t values_given_back;
  bool waiting_for_room;
  // The decoding thread's own.
  int64_t produced;
  int64_t values_produced;
  int64_t samples_in_batch;
  ls_error error;  // why the last slot is LS_READ_FAILED; read after it was published
  // The caller's own.
  int64_t available;
  int64_t taken;
  bool started;
};

static void publish(ls_decoder *decoder) {
  pthread_mutex_lock(&decoder->lock);
  decoder->published = decoder->produced;
  pthread_cond_signal(&decoder->filled);
  pthread_mutex_unlock(&decoder->lock);
  decoder->samples_in_batch = 0;
}

// Called before the source waits for a pipe.
static void publish_before_waiting(void *opaque) {
  ls_decoder *decoder = opaque;
  if (decoder->samples_in_batch > 0) publish(decoder);
}

static bool is_full(const ls_decoder *decoder) {
  int64_t waiting = decoder->produced - decoder->given_back;
  return waiting >= RING || (waiting > 0 && decoder->values_produced - decoder->values_given_back > FULL);
}

// Waits until a slot is free; false if the caller wants no more.
static bool wait_for_room(ls_decoder *decoder) {
  pthread_mutex_lock(&decoder->lock);
  while (is_full(decoder) && !atomic_load(&decoder->core.media->closing)) {
    decoder->published = decoder->produced;
    pthread_cond_signal(&decoder->filled);
    decoder->waiting_for_room = true;
    pthread_cond_wait(&decoder->freed, &decoder->lock);
  }
  decoder->waiting_for_room = false;
  bool go_on = !atomic_load(&decoder->core.media->closing);
  pthread_mutex_unlock(&decoder->lock);
  return go_on;
}

static void *decode(void *opaque) {
  ls_decoder *decoder = opaque;
  for (;;) {
    if (!wait_for_room(decoder)) return NULL;
    struct slot *slot = &decoder->slots[decoder->produced % RING];
    slot->facts = (ls_frame){0};
    slot->kind = packet_decoder_read(&decoder->core, slot->frame, &slot->facts, &decoder->error);
    slot->tally = decoder->core.tally;
    decoder->values_produced += slot->facts.samples * slot->frame->ch_layout.nb_channels;
    slot->values = decoder->values_produced;
    decoder->produced++;
    decoder->samples_in_batch += slot->facts.samples + 1;
    bool is_last = slot->kind == LS_READ_END || slot->kind == LS_READ_FAILED;
    if (is_last || decoder->produced % BATCH == 0 || decoder->samples_in_batch >= BATCH_SAMPLES) publish(decoder);
    if (is_last) return NULL;
  }
}

ls_decoder *ls_decoder_open(ls_media *media, int index, ls_error *error) {
  if (index < 0 || index >= (int)media->format->nb_streams) {
    ls_fail_as(error, LS_FAILURE_NOT_MEDIA, "no such stream");
    return NULL;
  }
  // A header may leave a field to be found out by decoding: 0.
  const AVCodecParameters *form = media->format->streams[index]->codecpar;
  int rate = form->sample_rate ? form->sample_rate : 16000;
  int channels = form->ch_layout.nb_channels ? form->ch_layout.nb_channels : 1;
  if (!packet_decoder_accepts(rate, channels)) {
    ls_fail_as(error, LS_FAILURE_LIMIT, "a sample rate or channel count that no recording has");
    return NULL;
  }
  ls_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) {
    ls_fail(error, AVERROR(ENOMEM));
    return NULL;
  }
  pthread_mutex_init(&decoder->lock, NULL);
  pthread_cond_init(&decoder->filled, NULL);
  pthread_cond_init(&decoder->freed, NULL);
  int result = packet_decoder_open(&decoder->core, media, index);
  for (int slot = 0; slot < RING && result >= 0; slot++) {
    decoder->slots[slot].frame = av_frame_alloc();
    if (!decoder->slots[slot].frame) result = AVERROR(ENOMEM);
  }
  if (result < 0) {
    ls_fail(error, result);
    if (result == AVERROR_INVALIDDATA || result == AVERROR(EINVAL)) error->failure = LS_FAILURE_UNSUPPORTED;
    ls_decoder_close(decoder);
    return NULL;
  }
  media->before_waiting = publish_before_waiting;
  media->before_waiting_opaque = decoder;
  if (pthread_create(&decoder->thread, NULL, decode, decoder) != 0) {
    ls_fail_as(error, LS_FAILURE_MEMORY, "no thread to decode on");
    ls_decoder_close(decoder);
    return NULL;
  }
  decoder->started = true;
  return decoder;
}

void ls_decoder_close(ls_decoder *decoder) {
  if (!decoder) return;
  ls_media *media = decoder->core.media;
  if (decoder->started) {
    atomic_store(&media->closing, true);
    pthread_mutex_lock(&decoder->lock);
    pthread_cond_signal(&decoder->freed);
    pthread_mutex_unlock(&decoder->lock);
    pthread_join(decoder->thread, NULL);
    atomic_store(&media->closing, false);
  }
  if (media) media->before_waiting = NULL;
  packet_decoder_close(&decoder->core);
  for (int slot = 0; slot < RING; slot++) av_frame_free(&decoder->slots[slot].frame);
  pthread_cond_destroy(&decoder->filled);
  pthread_cond_destroy(&decoder->freed);
  pthread_mutex_destroy(&decoder->lock);
  free(decoder);
}

// Gives back all slots that were taken. Called with the lock held.
static void give_back(ls_decoder *decoder) {
  decoder->given_back = decoder->taken;
  if (decoder->taken > 0) decoder->values_given_back = decoder->slots[(decoder->taken - 1) % RING].values;
  if (decoder->waiting_for_room) pthread_cond_signal(&decoder->freed);
}

// Gives slots back and waits until there are more frames.
static void next_batch(ls_decoder *decoder) {
  pthread_mutex_lock(&decoder->lock);
  while (decoder->published == decoder->taken) {
    give_back(decoder);
    pthread_cond_wait(&decoder->filled, &decoder->lock);
  }
  decoder->available = decoder->published;
  pthread_mutex_unlock(&decoder->lock);
}

static void give_batch_back(ls_decoder *decoder) {
  pthread_mutex_lock(&decoder->lock);
  give_back(decoder);
  pthread_mutex_unlock(&decoder->lock);
}

enum ls_read ls_decoder_read(ls_decoder *decoder, ls_frame *out, ls_error *error) {
  if (decoder->taken > 0) {
    struct slot *last = &decoder->slots[(decoder->taken - 1) % RING];
    if (last->kind == LS_READ_END || last->kind == LS_READ_FAILED) {
      *error = decoder->error;
      return last->kind;
    }
    av_frame_unref(last->frame);
    if (decoder->taken % BATCH == 0) give_batch_back(decoder);
  }
  if (decoder->taken == decoder->available) next_batch(decoder);
  struct slot *slot = &decoder->slots[decoder->taken % RING];
  decoder->taken++;
  *out = slot->facts;
  if (slot->kind == LS_READ_FAILED) *error = decoder->error;
  return slot->kind;
}

const AVFrame *ls_decoder_frame(const ls_decoder *decoder) {
  return decoder->slots[(decoder->taken - 1) % RING].frame;
}

// The decoding thread may be far ahead by now, and further on each run.
void ls_decoder_tell(const ls_decoder *decoder, ls_tally *tally) {
  *tally = decoder->taken > 0 ? decoder->slots[(decoder->taken - 1) % RING].tally : (ls_tally){0};
}
