/* Transcribes a recording and shows what happens.

     transcribe OPTIONS.json REQUEST.json

   The files hold what longscribe_open and longscribe_transcribe are given. A key belongs into a file that only its owner can read:
   arguments can be seen by every user of a machine. */

#include <longscribe.h>
#include <stdio.h>
#include <stdlib.h>

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  size_t room = 1 << 16;
  char *text = malloc(room + 1);
  if (text != NULL) text[fread(text, 1, room, file)] = 0;
  fclose(file);
  return text;
}

/* snippet: c-event */
static void show(const char *line, void *user_data) {
  fprintf(user_data, "event %s\n", line);
}
/* end */

static int run(const char *options, const char *request) {
  /* snippet: c-transcribe */
  longscribe *handle = NULL;
  char *answer = NULL;
  int status = longscribe_open(options, &handle, &answer);
  if (status == LONGSCRIBE_OK) {
    longscribe_string_free(answer);
    status = longscribe_transcribe(handle, request, show, stdout, &answer);
  }
  if (answer != NULL) printf("answer %s\n", answer);
  longscribe_string_free(answer);
  longscribe_close(handle);
  /* end */
  return status;
}

int main(int count, char **arguments) {
  if (count != 3) return LONGSCRIBE_USAGE;
  char *options = contents(arguments[1]);
  char *request = contents(arguments[2]);
  int status = run(options, request);
  free(options);
  free(request);
  return status;
}
