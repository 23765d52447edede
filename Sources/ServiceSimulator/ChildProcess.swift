import Glibc

/// Runs a program to its end. Blocks, so it must not be called from a Swift task.
enum ChildProcess {
  /// Runs a program found in `PATH`, with no input.
  ///
  /// - Returns: The exit status, 128 + the signal's number after a death by signal, or nil when
  ///   the program could not be started.
  static func run(
    _ program: String,
    _ arguments: [String],
    output: Int32,
    errors: Int32,
    stop: StopSignal
  ) -> Int32? {
    guard let child = stop.run({ spawn(program, arguments, output: output, errors: errors) })
    else { return nil }
    var information = siginfo_t()
    while waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    stop.forget(child)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  /// Whether a program of that name is in `PATH`.
  static func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  private static func spawn(
    _ program: String,
    _ arguments: [String],
    output: Int32,
    errors: Int32
  ) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)

    // The thread that spawns has all signals blocked; the child shall not inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var strings = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, program, &actions, &attributes, &strings, environ) == 0 else {
      return nil
    }
    return child
  }
}
