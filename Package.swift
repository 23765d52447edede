// swift-tools-version: 6.3
import PackageDescription

// Swift's libraries linked in, not loaded. What Foundation itself needs has to be named, since the modules were compiled for the shared
// ones.
let staticSwift = [
  "-static-stdlib", "-lFoundationInternationalization", "-lCoreFoundation",
  "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections", "-lstdc++",
]

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

// The order of this list is the order of the layers: a target depends only on targets above it.
let package = Package(
  name: "longscribe",
  products: [
    .library(name: "Longscribe", targets: ["Longscribe", "LongscribeCore"]),
    .library(name: "LongscribeOffline", targets: ["LongscribeOffline"]),
    // For other languages; `scripts/build-c-library` makes liblongscribe.so.1 with header and pkg-config file of it.
    .library(name: "longscribe-c", type: .dynamic, targets: ["LongscribeC"]),
    .executable(name: "longscribe", targets: ["LongscribeCommand"]),
    .executable(name: "simulator", targets: ["SimulatorCommand"]),
    .executable(name: "benchmark", targets: ["BenchmarkCommand"]),
    .executable(name: "mutations", targets: ["MutationCommand"]),
  ],
  targets: [
    // C libraries
    .systemLibrary(
      name: "CLibAV",
      pkgConfig: "libavformat libavcodec libswresample libavutil",
      providers: [
        .apt(["libavformat-dev", "libavcodec-dev", "libswresample-dev", "libavutil-dev"])
      ]),
    .target(
      name: "CMediaShim", dependencies: ["CLibAV"]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPocketSphinx"),
    .systemLibrary(
      name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

    // The pipeline
    .target(
      name: "LongscribeCore",
      // The parts of the page that `report` makes, as bytes in the code: nothing has to lie beside the executable.
      resources: [
        "page.html", "page.css", "model.js", "view.js", "picture.js", "timeline.js", "text.js",
        "search.js", "player.js", "main.js",
      ].map { .embedInCode("Report/Page/\($0)") },
      swiftSettings: strict),
    .target(name: "LongscribeThreads", swiftSettings: strict),
    .target(
      name: "LongscribeMedia",
      dependencies: ["LongscribeCore", "LongscribeThreads", "CMediaShim"],
      swiftSettings: strict),
    .target(
      name: "LongscribeServices",
      dependencies: ["LongscribeCore", "CCurl"],
      swiftSettings: strict),
    .target(
      name: "LongscribeOffline",
      dependencies: ["LongscribeCore", "LongscribeThreads", "CPocketSphinx"],
      swiftSettings: strict),
    .target(
      name: "LongscribeJournal", dependencies: ["LongscribeCore", "LongscribeThreads", "CSQLite"],
      swiftSettings: strict),
    .target(
      name: "Longscribe",
      dependencies: [
        "LongscribeCore", "LongscribeThreads", "LongscribeMedia", "LongscribeServices",
        "LongscribeJournal",
      ],
      swiftSettings: strict),
    .target(
      name: "LongscribeTerminal", dependencies: ["LongscribeCore", "Longscribe"],
      swiftSettings: strict),
    // What the command line and the C interface have in common: providers by name, events, documents, statuses
    .target(
      name: "LongscribeInterchange", dependencies: ["Longscribe", "LongscribeOffline"],
      swiftSettings: strict),
    .executableTarget(
      name: "LongscribeCommand",
      dependencies: ["Longscribe", "LongscribeInterchange", "LongscribeTerminal", "CMalloc"],
      swiftSettings: strict,
      // A sixth less time for every start.
      linkerSettings: [.unsafeFlags(staticSwift)]),

    // For programs in other languages
    .systemLibrary(name: "CLongscribe"),
    .target(
      name: "LongscribeC",
      dependencies: ["CLongscribe", "Longscribe", "LongscribeInterchange"],
      exclude: ["exports.map", "longscribe.pc.in"],
      swiftSettings: strict,
      // Whoever loads it has no Swift: its libraries are linked in, and nothing but the interface is seen from outside.
      linkerSettings: [
        .unsafeFlags(
          staticSwift + [
            // Threads of Swift's runtime would outlive the library if it could be unloaded.
            "-Xlinker", "-z", "-Xlinker", "nodelete", "-no-toolchain-stdlib-rpath", "-Xlinker",
            "-soname=liblongscribe.so.1", "-Xlinker",
            "--version-script=\(Context.packageDirectory)/Sources/LongscribeC/exports.map",
          ])
      ]),

    // Recognisers that are simulated and truths that are known, to measure what a rule for joining texts costs
    .target(
      name: "StitchLaboratory", dependencies: ["LongscribeCore"], swiftSettings: strict),
    .executableTarget(
      name: "BenchmarkCommand", dependencies: ["LongscribeCore", "StitchLaboratory"],
      swiftSettings: strict),

    // The independent witness: imports nothing of the pipeline
    .target(name: "SyntheticLecture", swiftSettings: strict),
    .target(name: "ServiceSimulator", dependencies: ["CMicrohttpd"], swiftSettings: strict),
    .executableTarget(
      name: "SimulatorCommand",
      dependencies: ["ServiceSimulator", "SyntheticLecture"],
      swiftSettings: strict),

    // Tests: one target for each layer, and one for all of them together
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
      name: "MutationCommand", dependencies: ["LongscribeCore", "LongscribeMedia", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeCoreTests",
      dependencies: ["LongscribeCore", "StitchLaboratory", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeMediaTests",
      dependencies: ["LongscribeCore", "LongscribeThreads", "LongscribeMedia", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeServicesTests", dependencies: ["LongscribeServices", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeJournalTests",
      dependencies: ["LongscribeCore", "LongscribeJournal", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeOfflineTests", dependencies: ["LongscribeOffline", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeTests",
      dependencies: [
        "Longscribe", "LongscribeOffline", "ServiceSimulator", "SyntheticLecture", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeInterchangeTests",
      dependencies: ["Longscribe", "LongscribeInterchange", "TestSupport"],
      swiftSettings: strict),
    // C and Python programs that call the C interface
    .testTarget(
      name: "LongscribeCTests",
      dependencies: ["ServiceSimulator", "SyntheticLecture", "TestSupport"],
      exclude: ["Programs"], swiftSettings: strict),
    // What the documentation shows has to compile, and to be what the documentation shows
    .testTarget(
      name: "DocumentationTests",
      dependencies: ["Longscribe", "LongscribeOffline", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LongscribeCommandTests",
      dependencies: [
        "LongscribeTerminal", "ServiceSimulator", "SyntheticLecture", "TestSupport",
      ],
      swiftSettings: strict),
    // The journal against ends and damage of every kind
    .testTarget(
      name: "JournalCrashTests",
      dependencies: ["ServiceSimulator", "SyntheticLecture", "TestSupport"],
      swiftSettings: strict),
    // Client and simulator against software that others wrote
    .testTarget(
      name: "ForeignSoftwareTests",
      dependencies: ["ServiceSimulator", "SyntheticLecture", "TestSupport"],
      exclude: ["Clients"], swiftSettings: strict),
    .testTarget(
      name: "ServiceSimulatorTests",
      dependencies: ["ServiceSimulator", "SyntheticLecture", "TestSupport"],
      swiftSettings: strict),
  ]
)
