/// Keeps an object until the process ends: for memory that the MPI library may still write to after
/// its message was given up.
func keepForever(_ object: AnyObject) {
  _ = Unmanaged.passRetained(object)
}
