// Moving elements between layouts.
#include <string.h>

#include "CKernels.h"

namespace {

/// An axis with its strides in bytes.
struct Axis {
  size_t size;
  ptrdiff_t x, out;
};

constexpr size_t kMaxRank = 8;

/// Side of the squares in which two axes are exchanged: each touches as many cache lines of x as of
/// out, which all stay in the first-level cache.
constexpr size_t kSquare = 32;

struct Axes {
  Axis axes[kMaxRank];
  size_t rank;
};

size_t Magnitude(ptrdiff_t stride) {
  return stride < 0 ? -static_cast<size_t>(stride) : static_cast<size_t>(stride);
}

/// Axes of size 1 dropped, in the order of out's memory, neighbours joined that are one axis in
/// both layouts.
Axes Simplify(size_t element_size, size_t rank, const int64_t* shape, const int64_t* x_strides,
              const int64_t* out_strides) {
  const ptrdiff_t bytes = static_cast<ptrdiff_t>(element_size);
  Axes sorted = {};
  for (size_t i = 0; i < rank; ++i) {
    if (shape[i] == 1) continue;
    const Axis axis = {static_cast<size_t>(shape[i]), x_strides[i] * bytes, out_strides[i] * bytes};
    size_t place = sorted.rank++;
    for (; place > 0 && Magnitude(sorted.axes[place - 1].out) < Magnitude(axis.out); --place) {
      sorted.axes[place] = sorted.axes[place - 1];
    }
    sorted.axes[place] = axis;
  }
  Axes joined = {};
  for (size_t i = 0; i < sorted.rank; ++i) {
    const Axis& inner = sorted.axes[i];
    const ptrdiff_t size = static_cast<ptrdiff_t>(inner.size);
    Axis* outer = joined.rank == 0 ? nullptr : &joined.axes[joined.rank - 1];
    if (outer != nullptr && outer->x == inner.x * size && outer->out == inner.out * size) {
      *outer = {outer->size * inner.size, inner.x, inner.out};
    } else {
      joined.axes[joined.rank++] = inner;
    }
  }
  return joined;
}

/// Elements of one size, moved as unsigned integers.
template <class T>
struct Mover {
  static constexpr ptrdiff_t kSize = sizeof(T);

  static T Read(const char* p) {
    T value;
    memcpy(&value, p, sizeof(T));
    return value;
  }

  static void Fill(T value, char* out, size_t count) {
    for (size_t i = 0; i < count; ++i) memcpy(out + i * sizeof(T), &value, sizeof(T));
  }

  static void Row(const Axis& axis, const char* x, char* out) {
    if (axis.x == kSize && axis.out == kSize) {
      memcpy(out, x, axis.size * sizeof(T));
    } else if (axis.x == 0 && axis.out == kSize) {
      Fill(Read(x), out, axis.size);
    } else {
      for (size_t i = 0; i < axis.size; ++i, x += axis.x, out += axis.out) memcpy(out, x, sizeof(T));
    }
  }

  static void Square(const Axis& outer, const Axis& inner, const char* x, char* out) {
    for (size_t i = 0; i < outer.size; ++i) Row({inner.size, inner.x, inner.out}, x + static_cast<ptrdiff_t>(i) * outer.x, out + static_cast<ptrdiff_t>(i) * outer.out);
  }

  /// Two axes of which x walks in shorter steps along the outer one.
  static void Exchange(const Axis& outer, const Axis& inner, const char* x, char* out) {
    for (size_t i = 0; i < outer.size; i += kSquare) {
      for (size_t j = 0; j < inner.size; j += kSquare) {
        const Axis rows = {outer.size - i < kSquare ? outer.size - i : kSquare, outer.x, outer.out};
        const Axis columns = {inner.size - j < kSquare ? inner.size - j : kSquare, inner.x, inner.out};
        const ptrdiff_t a = static_cast<ptrdiff_t>(i);
        const ptrdiff_t b = static_cast<ptrdiff_t>(j);
        Square(rows, columns, x + a * outer.x + b * inner.x, out + a * outer.out + b * inner.out);
      }
    }
  }

  static void Nest(const Axis* axes, size_t rank, bool exchange, const char* x, char* out) {
    if (rank == 0) {
      memcpy(out, x, sizeof(T));
    } else if (rank == 1) {
      Row(axes[0], x, out);
    } else if (rank == 2 && exchange) {
      Exchange(axes[0], axes[1], x, out);
    } else {
      for (size_t i = 0; i < axes[0].size; ++i, x += axes[0].x, out += axes[0].out) {
        Nest(axes + 1, rank - 1, exchange, x, out);
      }
    }
  }

  static void Copy(Axes& all, const char* x, char* out) {
    bool exchange = false;
    if (all.rank >= 2) {
      // The axis along which x walks in the shortest steps becomes the last but one.
      Axis* const end = all.axes + all.rank - 1;
      Axis* shortest = all.axes;
      for (Axis* axis = all.axes; axis != end; ++axis) {
        if (Magnitude(axis->x) < Magnitude(shortest->x)) shortest = axis;
      }
      exchange = shortest->x != 0 && Magnitude(shortest->x) < Magnitude(end->x);
      if (exchange) {
        const Axis axis = *shortest;
        for (; shortest + 1 != end; ++shortest) *shortest = shortest[1];
        *shortest = axis;
      }
    }
    Nest(all.axes, all.rank, exchange, x, out);
  }
};

}  // namespace

void ck_copy_strided(size_t element_size, size_t rank, const int64_t* shape, const void* x,
                     const int64_t* x_strides, void* out, const int64_t* out_strides) {
  for (size_t i = 0; i < rank; ++i) {
    if (shape[i] == 0) return;
  }
  Axes axes = Simplify(element_size, rank, shape, x_strides, out_strides);
  const char* from = static_cast<const char*>(x);
  char* to = static_cast<char*>(out);
  switch (element_size) {
    case 1: return Mover<uint8_t>::Copy(axes, from, to);
    case 2: return Mover<uint16_t>::Copy(axes, from, to);
    case 4: return Mover<uint32_t>::Copy(axes, from, to);
    case 8: return Mover<uint64_t>::Copy(axes, from, to);
  }
}

void ck_fill(size_t element_size, const void* value, void* out, size_t count) {
  const char* from = static_cast<const char*>(value);
  char* to = static_cast<char*>(out);
  switch (element_size) {
    case 1: return Mover<uint8_t>::Fill(Mover<uint8_t>::Read(from), to, count);
    case 2: return Mover<uint16_t>::Fill(Mover<uint16_t>::Read(from), to, count);
    case 4: return Mover<uint32_t>::Fill(Mover<uint32_t>::Read(from), to, count);
    case 8: return Mover<uint64_t>::Fill(Mover<uint64_t>::Read(from), to, count);
  }
}
