// The few functions of PocketSphinx (0.8, prealpha 5) that the offline recogniser calls.
//
// The library is opened with dlopen() on first use instead of being linked: linking it would make
// every start of the program load it, with BLAS and LAPACK behind it, even to print the help. The
// vendor's headers are therefore not needed to build, and the declarations stand here under the
// vendor's names; scripts/check-pocketsphinx-abi compiles them next to the vendor's headers.
//
// Only the pointers in `struct pocketsphinx_functions` may be called: nothing defines the functions
// declared here when the program is linked.

#ifndef LONGSCRIBE_CPOCKETSPHINX_SHIM_H
#define LONGSCRIBE_CPOCKETSPHINX_SHIM_H

#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct arg_s arg_t;
typedef struct cmd_ln_s cmd_ln_t;
typedef struct ps_decoder_s ps_decoder_t;
typedef struct ps_seg_s ps_seg_t;

void err_set_logfp(FILE *stream);
void err_set_callback(void (*callback)(void *user_data, unsigned int level, char const *format, ...),
                      void *user_data);

cmd_ln_t *cmd_ln_parse_r(cmd_ln_t *inout_cmdln, arg_t const *defn, int32_t argc, char *argv[],
                         int32_t strict);
void cmd_ln_set_str_r(cmd_ln_t *cmdln, char const *name, char const *str);
void cmd_ln_set_int_r(cmd_ln_t *cmdln, char const *name, long iv);
void cmd_ln_set_float_r(cmd_ln_t *cmdln, char const *name, double fv);
int cmd_ln_free_r(cmd_ln_t *cmdln);

arg_t const *ps_args(void);
ps_decoder_t *ps_init(cmd_ln_t *config);
int ps_free(ps_decoder_t *ps);

int ps_start_stream(ps_decoder_t *ps);
int ps_start_utt(ps_decoder_t *ps);
int ps_process_raw(ps_decoder_t *ps, int16_t const *data, size_t n_samples, int no_search,
                   int full_utt);
int ps_end_utt(ps_decoder_t *ps);

ps_seg_t *ps_seg_iter(ps_decoder_t *ps);
ps_seg_t *ps_seg_next(ps_seg_t *seg);
char const *ps_seg_word(ps_seg_t *seg);
void ps_seg_frames(ps_seg_t *seg, int *out_sf, int *out_ef);
int32_t ps_seg_prob(ps_seg_t *seg, int32_t *out_ascr, int32_t *out_lscr, int32_t *out_lback);

// The value of ERR_FATAL, the level of a message after which the library calls exit().
enum { pocketsphinx_fatal = 5 };

// The functions above; X is applied to each name.
#define POCKETSPHINX_FUNCTIONS(X) \
  X(err_set_logfp)                \
  X(err_set_callback)             \
  X(cmd_ln_parse_r)               \
  X(cmd_ln_set_str_r)             \
  X(cmd_ln_set_int_r)             \
  X(cmd_ln_set_float_r)           \
  X(cmd_ln_free_r)                \
  X(ps_args)                      \
  X(ps_init)                      \
  X(ps_free)                      \
  X(ps_start_stream)              \
  X(ps_start_utt)                 \
  X(ps_process_raw)               \
  X(ps_end_utt)                   \
  X(ps_seg_iter)                  \
  X(ps_seg_next)                  \
  X(ps_seg_word)                  \
  X(ps_seg_frames)                \
  X(ps_seg_prob)

// Makes Swift see function pointers that are never nil; other compilers do not know the word.
#ifdef __clang__
#define POCKETSPHINX_NONNULL _Nonnull
#else
#define POCKETSPHINX_NONNULL
#endif

// The functions as found in the opened library; every pointer is set.
struct pocketsphinx_functions {
#define POCKETSPHINX_FIELD(name) __typeof__(name) *POCKETSPHINX_NONNULL name;
  POCKETSPHINX_FUNCTIONS(POCKETSPHINX_FIELD)
#undef POCKETSPHINX_FIELD
};

// Receives the library's messages. All are dropped, except that the library ends the process when
// a model file is damaged in certain ways, and then its last words are the only explanation.
static inline void pocketsphinx_message(void *user_data, unsigned int level, char const *format,
                                        ...) {
  (void)user_data;
  if (level == pocketsphinx_fatal) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
  }
}

// Opens the library, fills in `functions` and silences the library's log.
//
// Returns NULL on success. On failure it returns a text for people, which stays valid until this
// thread calls a function of <dlfcn.h> again, and `functions` must not be read. The library stays
// open until the program ends.
static inline char const *pocketsphinx_load(struct pocketsphinx_functions *functions) {
  // A lookup also searches the libraries that the opened one needs, so this handle finds the
  // functions of libsphinxbase (err_ and cmd_ln_) too.
  void *library = dlopen("libpocketsphinx.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    return dlerror();
  }
#define POCKETSPHINX_FIND(name)                         \
  {                                                     \
    void *address = dlsym(library, #name);              \
    if (address == NULL) {                              \
      return dlerror();                                 \
    }                                                   \
    functions->name = (__typeof__(name) *)address;      \
  }
  POCKETSPHINX_FUNCTIONS(POCKETSPHINX_FIND)
#undef POCKETSPHINX_FIND
  // In this order: setting the stream also sets the callback.
  functions->err_set_logfp(NULL);
  functions->err_set_callback(pocketsphinx_message, NULL);
  return NULL;
}

#endif
