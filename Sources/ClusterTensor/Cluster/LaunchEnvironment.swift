import Glibc

/// What Open MPI wants to be told before it starts in a program that starts workers itself: it reads its
/// settings from the environment. What the user has set stays.
struct LaunchEnvironment {
  private var added: [String] = []

  /// Sets it.
  init(_ folders: LaunchFolders) {
    if geteuid() == 0 {
      set("OMPI_ALLOW_RUN_AS_ROOT", "1")
      set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    }
    // More ranks than cores are fine: whoever waits gives the core away. Bound by its own count, each
    // group of new ranks would land on the first cores.
    set("OMPI_MCA_rmaps_base_oversubscribe", "1")
    set("OMPI_MCA_hwloc_base_binding_policy", "none")
    // A worker that crashes is lost; the driver and the others go on.
    set("OMPI_MCA_orte_enable_recovery", "1")
    // What went wrong is said once, by the program: the starter's own words go to a file that is none.
    set("OMPI_MCA_orte_execute_quiet", "1")
    set("PMIX_OUTPUT_STDERR_FD", "9999")
    set("OMPI_MCA_orte_tmpdir_base", folders.temporary)
    set("OMPI_MCA_btl_vader_backing_directory", folders.shared)
    // All are on this machine, which may have no network: Open MPI connects those that it starts later by
    // TCP, and would not take the loopback by itself.
    for layer in ["btl", "oob"] where getenv("OMPI_MCA_\(layer)_tcp_if_exclude") == nil {
      set("OMPI_MCA_\(layer)_tcp_if_include", "lo")
    }
  }

  private mutating func set(_ name: String, _ value: String) {
    guard getenv(name) == nil else { return }
    setenv(name, value, 1)
    added.append(name)
  }

  /// Takes away what was set: what the program starts otherwise must not see it.
  func restore() {
    for name in added { unsetenv(name) }
  }

  /// Whether the program is there that Open MPI starts beside a process which starts others.
  static var hasStarter: Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/orted", X_OK) == 0 }
  }
}
