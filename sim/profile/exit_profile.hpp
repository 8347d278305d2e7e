#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace offramp {

/// A feature or image of one sample: channels, height, width.
struct FeatureShape {
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;

  std::int64_t elements() const { return channels * height * width; }
  bool operator==(const FeatureShape&) const = default;
};

/// What a piece of a network asks of a processor, for one image at batch 1, counted while it ran.
struct ComputeCost {
  double calls = 0;             ///< operators started
  double flops = 0;             ///< multiply and add count as two
  double weight_bytes = 0;      ///< parameters read (f32)
  double activation_bytes = 0;  ///< inputs read and outputs written (f32)
  /// The most that features held at one time, its input and output among them (f32); 0: not known.
  double peak_activation_bytes = 0;
};

/// One exit: the backbone segment that leads to it from the exit before (or the image), and its
/// branch head. The final exit's head is the network's own classifier.
struct ExitCost {
  ComputeCost backbone;
  ComputeCost head;
};

/// What a network for people answers in place of a class: of each cell of a grid over the frame whether
/// somebody is there (two classes: absent, present), and how many.
struct CellGrid {
  std::size_t rows = 0;
  std::size_t columns = 0;

  std::size_t cells() const { return rows * columns; }
  bool operator==(const CellGrid&) const = default;
};

/// The rule of the mask that masks nothing.
inline constexpr const char* kMaskOfAll = "always";

/// A rule by which exits before a split accept cells, one by one. What none of them accepts is left to the
/// exits behind: only those cells of the feature (with a margin) are coded, the others are masked to nothing.
struct CellMask {
  std::string rule;                     ///< of sim/policy; "always": nothing is accepted, all cells travel
  std::vector<double> thresholds = {};  ///< of rules that have them, one an exit before the final one
  std::size_t patience = 0;             ///< of the rule patience

  std::string text() const;  ///< "entropy [0.3, 0.2]", "patience 1"
  bool operator==(const CellMask&) const = default;
};

/// What a codec made of one split's features over one image set.
struct CodedSet {
  std::span<const std::uint32_t> coded_bytes;  ///< [images], payload of each image
  /// logits[j] belongs to the j-th exit behind the split: [images, classes] after decoding.
  /// Empty when the codec is exact: then the uncoded logits hold.
  std::vector<std::span<const float>> logits;
  /// The routers' logits of the exits behind the split but the final one: [images] each. Empty when the codec
  /// is exact, or the network has no routers.
  std::vector<std::span<const float>> routers = {};
  /// By cells: counts[j] belongs to the j-th exit behind the split: [images, cells], people in each.
  std::vector<std::span<const float>> counts = {};
};

/// One codec at one split point; of a profile by cells: under one of its masks.
struct CodecAnswers {
  std::string codec;    ///< with its parameters: "int8_zstd", "jpeg75"
  bool exact = false;   ///< decode(encode(x)) == x for every image of every set, bit by bit
  double encode_s = 0;  ///< mean time of one image on the machine that profiled
  double decode_s = 0;
  std::vector<CodedSet> sets;  ///< one for each ExitProfile::sets, in that order
  /// The hop before, as "exit 0:int8_zstd" (hop_name): the features were made from what that codec had
  /// delivered at that earlier split, and `exact` and absent logits refer to those. Empty: nothing was coded
  /// before.
  std::string after = {};
  /// Signal-to-quantisation-noise ratio over all images of all sets, 10 log10(sum x^2 / sum (x - decoded)^2)
  /// of what was coded; nothing where it was exact, or was not taken.
  std::optional<double> sqnr_db = {};
  /// By cells: index in ExitProfile::masks of that under which features were coded and answered.
  std::optional<std::size_t> mask = {};

  /// Names the answers at their split: "int8_zstd", "int8_zstd after exit 0:int8_zstd", "int8_zstd/mask 0".
  std::string label() const;
  /// Whether exits behind the split said something else than with nothing coded: the codec is not exact, or
  /// the feature was masked.
  bool has_own_answers() const { return !exact || mask.has_value(); }
};

/// A codec at a split, in one word.
std::string hop_name(const std::string& split, const std::string& codec);

/// A place where the network can be cut: "input" (the image travels) or "exit k" (the feature
/// that exit k reads travels; later exits run behind the cut).
struct SplitPoint {
  std::string name;
  FeatureShape shape;
  std::vector<CodecAnswers> codecs;

  /// @param after  the hop before, if there is one
  /// @return null when the split was not profiled with that codec; by cells the first of its masks
  const CodecAnswers* find_codec(const std::string& codec, const std::string& after = {}) const;
  /// @return null when the split was not profiled with that codec under that mask
  const CodecAnswers* find_masked(const std::string& codec, std::size_t mask) const;
};

/// The answers of the network on one set of images; by cells: of frames, in the order of the camera.
struct ImageSet {
  std::string name;                      ///< "validation", "test", or another of the dataset ("true_pixels")
  std::span<const std::int32_t> labels;  ///< [images]; by cells: people in each, [images, cells]
  std::vector<std::span<const float>> logits;  ///< one an exit: [images, (cells,) classes], nothing coded
  /// The router's logit that an exit's answer will do, one an exit before the final one: [images]; empty when
  /// the network has no routers.
  std::vector<std::span<const float>> routers = {};
  std::vector<std::span<const float>> counts =
      {};                 ///< by cells, one an exit: [images, cells], people in each
  std::size_t cells = 1;  ///< of an image; 1 where it has one class as a whole

  std::size_t images() const { return labels.size() / cells; }
};

/// A file that the profile was made from, to notice when it changes.
struct SourceFile {
  std::string name;  ///< relative to the dataset's folder
  std::string sha256;
  bool operator==(const SourceFile&) const = default;
};

/// Version of what Offramp's own codecs write: raised whenever one of them makes other bytes of the same
/// feature. 2: each stream ends in a checksum of 4 bytes.
inline constexpr int kWireFormat = 2;

/// Everything a network said about a data set: the seam between models/ and sim/.
/// A profile records what the network said, not what was decided: thresholds and policies are
/// applied inside the simulation. Byte format: see write_exit_profile.
struct ExitProfile {
  std::string model;
  std::string dataset;
  std::size_t num_classes = 0;
  FeatureShape input;
  std::vector<ExitCost> exits;     ///< the last is the final exit
  std::vector<SplitPoint> splits;  ///< "input", "exit 0", ... up to the exit before the final one
  std::vector<ImageSet> sets;
  std::string weights_sha256;
  std::vector<SourceFile> data_files;
  /// Yardstick of the machine that profiled: seconds that zstd -3 took for a byte of a fixed
  /// text. A device whose own figure is known runs the codecs that much faster or slower.
  double zstd_s_per_byte = 0;
  bool has_routers = false;  ///< a router stands beside each exit but the final one
  /// One an exit, fitted on validation images: logits over it are calibrated (temperature scaling, Guo et
  /// al., ICML 2017). The logits here are as the network says them. Empty: not fitted.
  std::vector<double> temperatures = {};
  /// kWireFormat of the codecs that made the bytes. Nothing: other codecs than Offramp's did.
  std::optional<int> wire_format = {};
  /// What is answered is the cells of a frame, by the two classes absent and present. Nothing: an image has
  /// one class as a whole.
  std::optional<CellGrid> cells = {};
  std::vector<CellMask> masks = {};  ///< by cells: those under which features were coded

  std::vector<std::shared_ptr<const void>> storage;  ///< what the spans point into

  const SplitPoint* find_split(const std::string& name) const;
  /// Whether what travels at a split is the image: at "input", and at "exit K" where no segment up to it
  /// computes anything (a cloud network that reads the raw image, beside a device network that is all head).
  bool carries_image(const SplitPoint& split) const;
  /// What a codec made at a split, behind another hop or none. A hop before that was exact changes nothing:
  /// then the answers without it hold.
  /// @return null when that was not profiled
  const CodecAnswers* find_answers(const std::string& split, const std::string& codec,
                                   const std::string& after) const;
  /// What an exit behind a split says of a set's images, after the codec there: [images, classes].
  std::span<const float> logits_behind(const SplitPoint& split, const CodecAnswers& coded, std::size_t set,
                                       std::size_t exit) const;
  /// The same for its router: [images]; empty where there is none.
  std::span<const float> routers_behind(const SplitPoint& split, const CodecAnswers& coded, std::size_t set,
                                        std::size_t exit) const;
  std::span<const float> routers_of(std::size_t set, std::size_t exit) const;  ///< nothing coded
  /// By cells: how many people an exit behind a split says are in each cell, after the codec: [images,
  /// cells].
  std::span<const float> counts_behind(const SplitPoint& split, const CodecAnswers& coded, std::size_t set,
                                       std::size_t exit) const;
  const ImageSet& set(const std::string& name) const;  ///< @throws UserError with the names there are
  std::size_t set_index(const std::string& name) const;
  /// Digest of weights, data identity, and codec names with their parameters (never of library
  /// versions or measured times).
  std::string digest() const;
};

/// The index behind a split's name: exits 0 .. last_device_exit run before it; -1 for "input".
/// @throws UserError when the name is neither "input" nor "exit K"
int last_exit_before(const std::string& split_name);

/// Reads and checks a profile: versions, shapes, finite logits, labels within the classes (by cells: counts
/// of people that are not negative).
/// @throws UserError naming the file and what is wrong
ExitProfile read_exit_profile(const std::filesystem::path& path);

/// Writes the profile in one atomic step as a safetensors file. `__metadata__` has "format" =
/// "offramp-profile-1" and "profile" = a JSON document (all that is not a tensor); tensors are
///   SET/labels                     i32 [images]
///   SET/exit E/logits              f [images, classes]
///   SET/exit E/router              f [images]             (with routers; every exit but the final one)
///   SET/SPLIT/CODEC/bytes          u32 [images]
///   SET/SPLIT/CODEC/exit E/logits  f [images, classes]    (absent when exact)
///   SET/SPLIT/CODEC/exit E/router  f [images]             (the same, with routers, but the final one)
/// where CODEC is CodecAnswers::label, and f is f16 where that loses nothing (what Offramp profiles is
/// rounded so: recorded_values.hpp), else f32. By cells, labels are i32 [images, cells], logits f [images,
/// cells, 2], those behind a split always there, and beside each stands
///   .../exit E/counts              f [images, cells]
void write_exit_profile(const std::filesystem::path& path, const ExitProfile& profile);

}  // namespace offramp
