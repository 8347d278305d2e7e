#include "tests/validation/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "analysis/stats/quantile.hpp"
#include "sim/platform/message_size.hpp"
#include "tests/simulation/station_theory.hpp"
#include "tests/validation/csv_table.hpp"
#include "tests/validation/flow_model.hpp"
#include "tests/validation/printed_table.hpp"
#include "tests/validation/uploads.hpp"

namespace offramp::validation {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<double> times_s(const std::vector<Upload>& uploads, double sent_from_s = 0) {
  std::vector<double> times;
  for (const Upload& upload : uploads)
    if (upload.sent_s >= sent_from_s && !std::isnan(upload.received_s)) times.push_back(upload.took_s());
  return times;
}

double quantile_or_none(std::vector<double> times, double p) { return quantile(times, p).value_or(kNone); }

/// How far a set of cases is off, at worst, and how many are close in both quantiles.
struct Closeness {
  std::size_t cases = 0;
  std::size_t close = 0;
  double worst_p50 = 0;
  double worst_p95 = 0;

  void add(double p50_error, double p95_error) {
    ++cases;
    if (std::abs(p50_error) <= 0.1 && std::abs(p95_error) <= 0.1) ++close;
    if (std::abs(p50_error) > std::abs(worst_p50)) worst_p50 = p50_error;
    if (std::abs(p95_error) > std::abs(worst_p95)) worst_p95 = p95_error;
  }
};

/// Closeness of a dumbbell's cases by their kind.
class Summary {
 public:
  void add(const CsvRow& row, double p50_error, double p95_error) {
    by_kind_[{row.text("connection"), row.text("buffer_kb"), row.text("bytes")}].add(p50_error, p95_error);
  }

  void show(const std::string& title, const std::filesystem::path& folder, const std::string& name) const {
    PrintedTable table(
        title, {"connection", "buffer kB", "bytes", "cases", "within 10 %", "worst p50", "worst p95"});
    for (const auto& [kind, found] : by_kind_)
      table.add({kind[0], kind[1], kind[2], std::to_string(found.cases), std::to_string(found.close),
                 error(1 + found.worst_p50, 1), error(1 + found.worst_p95, 1)});
    table.show(folder, name);
  }

 private:
  std::map<std::vector<std::string>, Closeness> by_kind_;
};

double number_or_none(const CsvRow& row, const std::string& column) {
  return row.has(column) ? row.number(column) : kNone;
}

/// A dumbbell's rows beside what a reference says of them: a table NAME, and one NAME_summary.
void print_uploads(const Folders& folders, const std::string& name, const std::string& title,
                   const std::string& reference, const std::vector<CsvRow>& rows,
                   const std::vector<UploadCase>& cases) {
  const auto runs = simulate_uploads(cases);
  PrintedTable table(title, {"Mbit/s", "latency", "access", "buffer kB", "bytes", "connection", "load",
                             reference + " p50", "Offramp p50", "error p50", reference + " p95",
                             "Offramp p95", "error p95", reference + " mean", "Offramp mean", "error mean"});
  Summary closeness;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CsvRow& row = rows[i];
    const std::vector<double> times = times_s(runs[i], row.number("warmup_s"));
    const auto sent =
        static_cast<double>(std::count_if(runs[i].begin(), runs[i].end(), [&](const Upload& upload) {
          return upload.sent_s >= row.number("warmup_s");
        }));
    if (std::abs(sent - row.number("uploads")) > 2)
      fmt::print("{} uploads here, {} in the table of {}: make it anew\n", sent, row.text("uploads"),
                 reference);
    const double p50_s = quantile_or_none(times, 0.5);
    const double p95_s = quantile_or_none(times, 0.95);
    const double mean_s = mean(times).value_or(kNone);
    table.add({row.text("mbps"), row.text("latency_ms"), row.text("access_mbps"), row.text("buffer_kb"),
               row.text("bytes"), row.text("connection"), row.text("utilization"),
               milliseconds(row.number("p50_s")), milliseconds(p50_s), error(p50_s, row.number("p50_s")),
               milliseconds(row.number("p95_s")), milliseconds(p95_s), error(p95_s, row.number("p95_s")),
               milliseconds(row.number("mean_s")), milliseconds(mean_s),
               error(mean_s, row.number("mean_s"))});
    closeness.add(row, p50_s / row.number("p50_s") - 1, p95_s / row.number("p95_s") - 1);
  }
  table.show(folders.out, name);

  closeness.show("The same by kind of case: how many are within 10 % in p50 and in p95, and the worst",
                 folders.out, name + "_summary");
}

}  // namespace

void print_transfers(const Folders& folders) {
  const std::vector<CsvRow> measured = read_csv(folders.measured / "measured.csv");
  const std::vector<CsvRow> ns3 = read_csv(folders.ns3 / "transfers.csv");
  std::vector<UploadCase> cases;
  for (const CsvRow& row : measured) {
    // Frames come 0.4 s after the one before has arrived, or 1.2 s: warm, and after more than 1 s without
    // data.
    const double took_s = row.number("new_s");
    cases.push_back(lone_device(row, took_s + 0.4, 2));
    cases.push_back(lone_device(row, took_s + 1.2, 2));
  }
  const auto runs = simulate_uploads(cases);

  PrintedTable table(
      "One message, alone on its path: ms. LV08 is SimGrid's default model, CM02 its plain flow model; they "
      "know no "
      "connections.",
      {"Mbit/s", "latency", "bytes", "connection", "real", "LV08", "CM02", "ns-3", "Offramp", "LV08 err",
       "CM02 err", "ns-3 err", "Offramp err"});
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const CsvRow& row = measured[i];
    const auto same = [&](const CsvRow& other) {
      for (const char* column : {"mbps", "latency_ms", "bytes"})
        if (other.number(column) != row.number(column)) return false;
      return other.number("buffer_kb") == 1000;  // ns-3 loses bursts that real senders do not, see its page
    };
    const auto packets = std::find_if(ns3.begin(), ns3.end(), same);
    const auto flow_s = [&](const char* model) {
      return simgrid_transfer_s(model, row.number("mbps") * 1e6 / 8, row.number("latency_ms") * 1e-3,
                                row.number("bytes"));
    };
    const double lv08_s = flow_s("LV08");
    const double cm02_s = flow_s("CM02");
    const auto add = [&](const char* connection, const std::string& column, double offramp_s) {
      const double real_s = number_or_none(row, column);
      const double ns3_s = packets == ns3.end() ? kNone : number_or_none(*packets, column);
      table.add({row.text("mbps"), row.text("latency_ms"), row.text("bytes"), connection,
                 milliseconds(real_s), milliseconds(lv08_s), milliseconds(cm02_s), milliseconds(ns3_s),
                 milliseconds(offramp_s), error(lv08_s, real_s), error(cm02_s, real_s), error(ns3_s, real_s),
                 error(offramp_s, real_s)});
    };
    add("new", "new_s", runs[2 * i].at(0).took_s());
    add("warm", "warm_s", runs[2 * i].at(1).took_s());
    add("idle", "idle_s", runs[2 * i + 1].at(1).took_s());
  }
  table.show(folders.out, "transfers");
}

void print_dumbbell(const Folders& folders) {
  const std::vector<CsvRow> rows = read_csv(folders.ns3 / "dumbbell.csv");
  std::vector<UploadCase> cases;
  for (const CsvRow& row : rows) cases.push_back(dumbbell(row));
  print_uploads(folders, "dumbbell", "20 devices with Poisson uploads on one uplink: ms", "ns-3", rows,
                cases);
}

void print_real_dumbbell(const Folders& folders) {
  const std::vector<CsvRow> rows = read_csv(folders.measured / "real_path" / "reference" / "uploads.csv");
  std::vector<UploadCase> cases;
  for (const CsvRow& row : rows) {
    cases.push_back(dumbbell(row));
    ConnectionSpec& connection = cases.back().scenario.network.connection;
    connection.pacing = false;          // nor did the sender that was measured
    connection.idle_timeout_s.reset();  // Linux's own
  }
  print_uploads(folders, "real_dumbbell", "20 devices with Poisson uploads over a real TCP: ms", "real", rows,
                cases);

  // What a packet simulator with a cubic of its own makes of the same arrivals.
  Summary closeness;
  for (const CsvRow& packets : read_csv(folders.ns3 / "dumbbell.csv")) {
    if (packets.number("access_mbps") != 1000) continue;
    const auto real = std::find_if(rows.begin(), rows.end(), [&](const CsvRow& row) {
      for (const char* column : {"mbps", "buffer_kb", "bytes", "utilization", "connection"})
        if (row.text(column) != packets.text(column)) return false;
      return true;
    });
    if (real == rows.end()) continue;
    closeness.add(packets, packets.number("p50_s") / real->number("p50_s") - 1,
                  packets.number("p95_s") / real->number("p95_s") - 1);
  }
  closeness.show("ns-3 beside the same real TCP: how many are within 10 % in p50 and in p95, and the worst",
                 folders.out, "real_dumbbell_ns3");
}

void print_sharing(const Folders& folders) {
  const std::vector<CsvRow> rows = read_csv(folders.ns3 / "sharing.csv");
  std::vector<UploadCase> cases;
  for (const CsvRow& row : rows) cases.push_back(sharing_devices(row));
  const auto runs = simulate_uploads(cases);
  PrintedTable table("Ten new connections on one link, started within a millisecond: ms",
                     {"Mbit/s", "latency", "buffer kB", "bytes", "ns-3 mean", "Offramp mean", "error mean",
                      "ns-3 last", "Offramp last", "error last"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CsvRow& row = rows[i];
    double first_sent_s = std::numeric_limits<double>::infinity();
    double last_received_s = 0;
    for (const Upload& upload : runs[i]) {
      first_sent_s = std::min(first_sent_s, upload.sent_s);
      last_received_s = std::max(last_received_s, upload.received_s);
    }
    const double mean_s = mean(times_s(runs[i])).value_or(kNone);
    const double last_s = last_received_s - first_sent_s;
    table.add({row.text("mbps"), row.text("latency_ms"), row.text("buffer_kb"), row.text("bytes"),
               milliseconds(row.number("mean_s")), milliseconds(mean_s), error(mean_s, row.number("mean_s")),
               milliseconds(row.number("last_s")), milliseconds(last_s),
               error(last_s, row.number("last_s"))});
  }
  table.show(folders.out, "sharing");
}

void print_standing_queue(const Folders& folders) {
  const std::vector<CsvRow> rows = read_csv(folders.ns3 / "standing_queue.csv");
  std::vector<UploadCase> cases;
  for (const CsvRow& row : rows) cases.push_back(beside_bulk(row));
  const auto runs = simulate_uploads(cases);
  PrintedTable table("Small messages on a kept connection beside endless uploads: ms",
                     {"Mbit/s", "latency", "buffer kB", "bulks", "bytes", "ns-3 p50", "Offramp p50",
                      "error p50", "ns-3 mean", "Offramp mean", "ns-3 p95", "Offramp p95"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CsvRow& row = rows[i];
    const std::vector<double> times = times_s(runs[i], 20);
    const double p50_s = quantile_or_none(times, 0.5);
    table.add({row.text("mbps"), row.text("latency_ms"), row.text("buffer_kb"), row.text("bulks"),
               row.text("bytes"), milliseconds(row.number("p50_s")), milliseconds(p50_s),
               error(p50_s, row.number("p50_s")), milliseconds(row.number("mean_s")),
               milliseconds(mean(times).value_or(kNone)), milliseconds(row.number("p95_s")),
               milliseconds(quantile_or_none(times, 0.95))});
  }
  table.show(folders.out, "standing_queue");
}

void print_loss(const Folders& folders) {
  PrintedTable table(
      "One endless upload over a link that loses packets: kB/s. ns-3's cubic lacks the region in which cubic "
      "is as "
      "friendly as Reno (RFC 8312, 4.2): the larger of its cubic and its Linux Reno stands for a real cubic.",
      {"Mbit/s", "round trip ms", "loss", "ns-3 cubic", "ns-3 Reno", "formula", "Offramp",
       "Offramp / formula", "Offramp / larger"});
  constexpr double kMessageS = 100;
  const std::vector<CsvRow> rows = read_csv(folders.ns3 / "loss.csv");
  std::vector<UploadCase> cases;
  std::vector<double> formulas;
  for (const CsvRow& row : rows) {
    // Mathis et al. (1997), sqrt(3/2) / sqrt(p), and RFC 8312, 5.2, with C = 0.4 and beta = 0.7.
    const double link_bytes_per_s = row.number("mbps") * 1e6 / 8;
    const double round_s = row.number("rtt_ms") * 1e-3 + 1500 / link_bytes_per_s;
    const double loss = row.number("loss");
    const double segments =
        std::max(std::sqrt(1.5 / loss), std::pow(0.4 * 3.7 / 1.2, 0.25) * std::pow(round_s / loss, 0.75));
    const double formula = std::min(segments * static_cast<double>(kSegmentBytes) / round_s,
                                    link_bytes_per_s * static_cast<double>(kSegmentBytes) / 1500);
    formulas.push_back(formula);
    cases.push_back(lossy_upload(row, static_cast<std::uint32_t>(formula * kMessageS)));
  }
  const auto runs = simulate_uploads(cases);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CsvRow& row = rows[i];
    const double larger = 1e3 * std::max(row.number("cubic_kb_per_s"), row.number("reno_kb_per_s"));
    const double offramp = formulas[i] * kMessageS / runs[i].at(0).took_s();
    table.add({row.text("mbps"), row.text("rtt_ms"), row.text("loss"), row.text("cubic_kb_per_s"),
               row.text("reno_kb_per_s"), fmt::format("{:.0f}", formulas[i] / 1e3),
               fmt::format("{:.0f}", offramp / 1e3), fmt::format("{:.2f}", offramp / formulas[i]),
               fmt::format("{:.2f}", offramp / larger)});
  }
  table.show(folders.out, "loss");
}

void print_queueing(const Folders& folders) {
  constexpr std::size_t kReplications = 20;
  PrintedTable table(
      "A cloud's queue and theory; the interval holds the true mean in 999 of 1000 experiments. Times in "
      "seconds, with services of a second.",
      {"queue", "figure", "theory", "Offramp", "interval", "error"});
  for (const TheoryCase& known : theory_cases()) {
    const auto runs = simulate_station(known.station, kReplications);
    for (const TheoryFigure& figure : known.figures) {
      const Interval interval = interval999(runs, figure.of);
      table.add({known.name, figure.name, fmt::format("{:.4f}", figure.theory),
                 fmt::format("{:.4f}", interval.mean), fmt::format("-+ {:.4f}", interval.half_width),
                 error(interval.mean, figure.theory)});
    }
  }
  table.show(folders.out, "queueing");
}

}  // namespace offramp::validation
