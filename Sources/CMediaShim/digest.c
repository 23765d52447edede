// SHA-256, as libavutil has it.
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <limits.h>

#include "internal.h"

struct ls_digest {
  struct AVSHA *sha;
};

ls_digest *ls_digest_create(void) {
  ls_digest *digest = av_mallocz(sizeof *digest);
  if (!digest) return NULL;
  digest->sha = av_sha_alloc();
  if (!digest->sha || av_sha_init(digest->sha, 256) < 0) {
    ls_digest_free(digest);
    return NULL;
  }
  return digest;
}

void ls_digest_add(ls_digest *digest, const uint8_t *bytes, size_t count) {
  // Its length is a size_t since libavutil 57 and was an unsigned int before.
  while (count > 0) {
    size_t part = count < INT_MAX ? count : INT_MAX;
    av_sha_update(digest->sha, bytes, part);
    bytes += part;
    count -= part;
  }
}

void ls_digest_finish(ls_digest *digest, uint8_t result[LS_DIGEST_BYTES]) {
  av_sha_final(digest->sha, result);
}

void ls_digest_free(ls_digest *digest) {
  if (!digest) return;
  av_free(digest->sha);
  av_free(digest);
}
