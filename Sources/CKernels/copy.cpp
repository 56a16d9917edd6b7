// Moving elements between layouts.
#include "highway-baseline.h"

#include <string.h>

#include <algorithm>
#include <utility>

#include "CKernels.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// An axis with its strides in bytes.
struct Axis {
  size_t size;
  ptrdiff_t x, out;
};

constexpr size_t kMaxRank = 8;

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

  /// Below it a call of memcpy takes longer than moving the elements one by one.
  static constexpr size_t kShortRow = 6;

  static void Row(const Axis& axis, const char* x, char* out) {
    if (axis.x == kSize && axis.out == kSize && axis.size >= kShortRow) {
      memcpy(out, x, axis.size * sizeof(T));
    } else if (axis.x == 0 && axis.out == kSize) {
      Fill(Read(x), out, axis.size);
    } else {
      for (size_t i = 0; i < axis.size; ++i) {
        memcpy(out, x, sizeof(T));
        x += axis.x;
        out += axis.out;
      }
    }
  }

  /// Side of the squares in which two axes are exchanged: their rows are one or two cache lines.
  static constexpr size_t kSide = sizeof(T) <= 4 ? 64 / sizeof(T) : 16;
  struct SquareBuffer {
    alignas(64) T rows[kSide][kSide];
  };

  /// to[i][j] = from[j][i], by vectors of 16 bytes: as many of them as they have lanes form a
  /// square, which is turned by interleaving its halves once for each binary digit of its side.
  static void Turn(const SquareBuffer& from, SquareBuffer& to) {
    const hn::FixedTag<T, 16 / sizeof(T)> d;
    constexpr size_t kLanes = 16 / sizeof(T);
    for (size_t i = 0; i < kSide; i += kLanes) {
      for (size_t j = 0; j < kSide; j += kLanes) {
        hn::Vec<decltype(d)> v[kLanes];
        for (size_t k = 0; k < kLanes; ++k) v[k] = hn::Load(d, &from.rows[j + k][i]);
        for (size_t digit = 1; digit < kLanes; digit *= 2) {
          hn::Vec<decltype(d)> mixed[kLanes];
          for (size_t k = 0; k < kLanes / 2; ++k) {
            mixed[2 * k] = hn::InterleaveLower(d, v[k], v[k + kLanes / 2]);
            mixed[2 * k + 1] = hn::InterleaveUpper(d, v[k], v[k + kLanes / 2]);
          }
          for (size_t k = 0; k < kLanes; ++k) v[k] = mixed[k];
        }
        for (size_t k = 0; k < kLanes; ++k) hn::Store(v[k], d, &to.rows[i + k][j]);
      }
    }
  }

  /// Exchanges the axes of one square, through buffers: each line of x and of out is then touched
  /// once, in one piece. Otherwise rows a power of two apart push each other out of the cache.
  static void Square(const Axis& outer, const Axis& inner, const char* x, char* out) {
    SquareBuffer from, to;
    if (outer.size < kSide || inner.size < kSide) memset(&from, 0, sizeof(from));
    for (size_t j = 0; j < inner.size; ++j, x += inner.x) {
      char* row = reinterpret_cast<char*>(from.rows[j]);
      if (outer.size == kSide && outer.x == kSize) {
        memcpy(row, x, kSide * sizeof(T));
      } else {
        Row({outer.size, outer.x, kSize}, x, row);
      }
    }
    Turn(from, to);
    for (size_t i = 0; i < outer.size; ++i, out += outer.out) {
      const char* row = reinterpret_cast<const char*>(to.rows[i]);
      if (inner.size == kSide && inner.out == kSize) {
        memcpy(out, row, kSide * sizeof(T));
      } else {
        Row({inner.size, kSize, inner.out}, row, out);
      }
    }
  }

  /// Two axes of which x walks in shorter steps along the outer one.
  static void Exchange(const Axis& outer, const Axis& inner, const char* x, char* out) {
    for (size_t i = 0; i < outer.size; i += kSide) {
      const Axis rows = {std::min(kSide, outer.size - i), outer.x, outer.out};
      const char* from = x + static_cast<ptrdiff_t>(i) * outer.x;
      char* to = out + static_cast<ptrdiff_t>(i) * outer.out;
      for (size_t j = 0; j < inner.size; j += kSide) {
        const Axis columns = {std::min(kSide, inner.size - j), inner.x, inner.out};
        Square(rows, columns, from, to);
        from += static_cast<ptrdiff_t>(kSide) * inner.x;
        to += static_cast<ptrdiff_t>(kSide) * inner.out;
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

  /// Axes shorter than this fill too little of a square.
  static constexpr size_t kFewRows = 8;

  static void Copy(Axes& all, const char* x, char* out) {
    bool exchange = false;
    if (all.rank >= 2) {
      // The axis along which x walks in the shortest steps becomes the last but one.
      Axis* const end = all.axes + all.rank - 1;
      Axis* shortest = end;
      for (Axis* axis = all.axes; axis != end; ++axis) {
        if (axis->x != 0 && Magnitude(axis->x) < Magnitude(shortest->x)) shortest = axis;
      }
      if (shortest != end) {
        std::rotate(shortest, shortest + 1, end);
        exchange = end[-1].size >= kFewRows && end->size >= kFewRows;
        // Two nested loops run best with the longer one inside.
        if (!exchange && end[-1].size > end->size) std::swap(end[-1], *end);
      }
    }
    Nest(all.axes, all.rank, exchange, x, out);
  }
};

}  // namespace
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

using ckernels::Axes;
using ckernels::Mover;
using ckernels::Simplify;

void ck_copy_strided(size_t element_size, size_t rank, const int64_t* shape, const void* x,
                     const int64_t* x_strides, void* out, const int64_t* out_strides) {
  for (size_t i = 0; i < rank; ++i) {
    if (shape[i] == 0) return;
  }
  Axes axes = Simplify(element_size, rank, shape, x_strides, out_strides);
  const char* from = static_cast<const char*>(x);
  char* to = static_cast<char*>(out);
  switch (element_size) {
    case 1:
      return Mover<uint8_t>::Copy(axes, from, to);
    case 2:
      return Mover<uint16_t>::Copy(axes, from, to);
    case 4:
      return Mover<uint32_t>::Copy(axes, from, to);
    case 8:
      return Mover<uint64_t>::Copy(axes, from, to);
  }
}

void ck_fill(size_t element_size, const void* value, void* out, size_t count) {
  const char* from = static_cast<const char*>(value);
  char* to = static_cast<char*>(out);
  switch (element_size) {
    case 1:
      return Mover<uint8_t>::Fill(Mover<uint8_t>::Read(from), to, count);
    case 2:
      return Mover<uint16_t>::Fill(Mover<uint16_t>::Read(from), to, count);
    case 4:
      return Mover<uint32_t>::Fill(Mover<uint32_t>::Read(from), to, count);
    case 8:
      return Mover<uint64_t>::Fill(Mover<uint64_t>::Read(from), to, count);
  }
}
