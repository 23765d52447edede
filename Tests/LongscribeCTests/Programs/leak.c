/* Opens, transcribes and closes again and again; prints kB of memory and the number of threads and open files after some.

     leak OPTIONS.json REQUEST.json TIMES */

#include <dirent.h>
#include <longscribe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  char *text = malloc(1 << 16);
  if (text != NULL) text[fread(text, 1, (1 << 16) - 1, file)] = 0;
  fclose(file);
  return text;
}

static long field(const char *name) {
  char line[256];
  long value = -1;
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, name, strlen(name)) == 0) value = atol(line + strlen(name));
  }
  if (status != NULL) fclose(status);
  return value;
}

static int open_files(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder != NULL && readdir(folder) != NULL) count++;
  if (folder != NULL) closedir(folder);
  return count;
}

int main(int count, char **arguments) {
  if (count != 4) return LONGSCRIBE_USAGE;
  char *options = contents(arguments[1]);
  char *request = contents(arguments[2]);
  int times = atoi(arguments[3]);
  for (int run = 1; run <= times; run++) {
    longscribe *handle = NULL;
    char *answer = NULL;
    int status = longscribe_open(options, &handle, &answer);
    longscribe_string_free(answer);
    if (status == LONGSCRIBE_OK) status = longscribe_transcribe(handle, request, NULL, NULL, &answer);
    if (status != LONGSCRIBE_OK) {
      printf("%s\n", answer);
      return status;
    }
    longscribe_string_free(answer);
    longscribe_close(handle);
    if (run % 10 == 0) printf("%d %ld %ld %d\n", run, field("VmRSS:"), field("Threads:"), open_files());
  }
  free(options);
  free(request);
  return 0;
}
