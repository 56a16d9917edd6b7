import Glibc

/// What Open MPI wants to be told before it starts in a program that starts workers itself: it reads its
/// settings from the environment. What the user has set stays, but for places, in
/// which the session gets folders of its own.
struct LaunchEnvironment {
  /// What the variables were before.
  private var before: [String: String?] = [:]

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
    replace("OMPI_MCA_orte_tmpdir_base", folders.temporary)
    replace("OMPI_MCA_btl_vader_backing_directory", folders.shared)
    // All are on this machine, which may have no network: Open MPI connects those that it starts later by
    // TCP, and would not take the loopback by itself.
    for layer in ["btl", "oob"] where getenv("OMPI_MCA_\(layer)_tcp_if_exclude") == nil {
      set("OMPI_MCA_\(layer)_tcp_if_include", "lo")
    }
  }

  private mutating func set(_ name: String, _ value: String) {
    if getenv(name) == nil { replace(name, value) }
  }

  private mutating func replace(_ name: String, _ value: String) {
    before[name] = .some(getenv(name).map { String(cString: $0) })
    setenv(name, value, 1)
  }

  /// Takes away what was set: what the program starts otherwise must not see it.
  func restore() {
    for (name, value) in before {
      if let value { setenv(name, value, 1) } else { unsetenv(name) }
    }
  }

  /// Whether the program is there that Open MPI starts beside a process which starts others.
  static var hasStarter: Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/orted", X_OK) == 0 }
  }
}
