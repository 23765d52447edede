// The rows of the policy table of formats. Each bound of bytes says where it comes from; tests hold real files against it.
extension AudioFormat {
  static let wavFacts = Facts(
    fileExtension: "wav", otherExtensions: ["wave"], mediaType: "audio/wav",
    bytesPerSecond: Timeline.sampleRate * 2, overheadBytes: 44, isExact: true, sampleRates: [],
    bitRates: [])

  // 48 kb/s is above what speech at 16 kHz needs, and keeps an hour under 22 MB. Besides the header frame, LAME writes up to three
  // frames of 216 bytes for its delay and padding.
  static let mp3Facts = Facts(
    fileExtension: "mp3", otherExtensions: ["mpga"], mediaType: "audio/mpeg",
    bytesPerSecond: 6_000, overheadBytes: 2_048, isExact: false,
    // MPEG-2.5, MPEG-2 and MPEG-1 (ISO/IEC 13818-3 and 11172-3).
    sampleRates: [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
    bitRates: [
      BitRate(highestSampleRate: 12_000, bitsPerChannel: 24_000),
      BitRate(highestSampleRate: 24_000, bitsPerChannel: 48_000),
      BitRate(highestSampleRate: 48_000, bitsPerChannel: 64_000),
    ])

  // 24 kb/s is above the 16 to 20 kb/s at which wideband speech is best value (RFC 6716, 2.1.1). Packets of 20 ms are 60 bytes, and
  // a page of at most a second adds 27 bytes and one for each packet (RFC 3533, 6), so 50 packets are 3,077 bytes; two header
  // pages, and the delay and the last packet, are the overhead.
  static let oggFacts = Facts(
    fileExtension: "ogg", otherExtensions: ["opus", "oga"], mediaType: "audio/ogg",
    bytesPerSecond: 3_080, overheadBytes: 512, isExact: false,
    sampleRates: [8_000, 12_000, 16_000, 24_000, 48_000],
    bitRates: [
      BitRate(highestSampleRate: 12_000, bitsPerChannel: 16_000),
      BitRate(highestSampleRate: 16_000, bitsPerChannel: 24_000),
      BitRate(highestSampleRate: 24_000, bitsPerChannel: 32_000),
      BitRate(highestSampleRate: 48_000, bitsPerChannel: 48_000),
    ])

  // What cannot be compressed is stored as it is: 2 bytes a sample, and at most 16 + 1 + 2 bytes around each frame (RFC 9639, 9) of
  // 1,152 samples, 14 frames a second. Speech needs about half of that, but nothing promises it.
  static let flacFacts = Facts(
    fileExtension: "flac", otherExtensions: [], mediaType: "audio/flac",
    bytesPerSecond: Timeline.sampleRate * 2 + 14 * 19, overheadBytes: 256, isExact: true,
    // The rates that a frame header can name; others are legal but rarely read.
    sampleRates: [
      8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000,
      176_400, 192_000,
    ],
    bitRates: [])

  // The encoder means 48 kb/s, but may spend twice that for as long as it likes. What binds it is the decoder's buffer: 6,144 bits
  // of a channel's frame of 1,024 samples (ISO/IEC 14496-3, 4.5.3), and 4 bytes of index: 772 bytes, 15.625 times a second.
  static let m4aFacts = Facts(
    fileExtension: "m4a", otherExtensions: ["mp4", "m4b"], mediaType: "audio/mp4",
    bytesPerSecond: 12_063, overheadBytes: 3_072, isExact: false,
    sampleRates: [
      7_350, 8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000,
      88_200, 96_000,
    ],
    bitRates: [
      BitRate(highestSampleRate: 12_000, bitsPerChannel: 24_000),
      BitRate(highestSampleRate: 24_000, bitsPerChannel: 48_000),
      BitRate(highestSampleRate: 96_000, bitsPerChannel: 64_000),
    ])

  static let pcmFacts = Facts(
    fileExtension: "pcm", otherExtensions: ["raw"], mediaType: "audio/L16",
    bytesPerSecond: Timeline.sampleRate * 2, overheadBytes: 0, isExact: true, sampleRates: [],
    bitRates: [])
}
