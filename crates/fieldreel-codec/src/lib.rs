//! Frames of integer codes to HEVC, JPEG 2000, FFV1 and AV1 video through FFmpeg's libraries, and back
