package wire

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sdkRequest is a frame as the Web SDK sends it, with the checksum it computed.
const sdkRequest = `{"head":{"ver":"v4","platform":7,"websdkappid":537048168,"websdkversion":"1.7.3","a2":"a2-alice",` +
	`"tinyid":"144115200000001","status_instid":5000,"sdkappid":1400000001,"contenttype":"json","reqtime":1795397415,` +
	`"sdkability":75689843,"sdkability_ext":"","cappid":0,"cs":148733749,"servcmd":"profile.portrait_get_all","seq":99272268},` +
	`"body":{"From_Account":"alice"}}`

func TestRequestFrameOfTheSDK(t *testing.T) {
	r, err := DecodeRequest([]byte(sdkRequest))
	require.NoError(t, err)
	require.Equal(t, "profile.portrait_get_all", r.Head.ServCmd)
	require.Equal(t, uint32(99272268), r.Head.Seq)
	require.Equal(t, "a2-alice", r.Head.A2)
	require.Equal(t, `{"From_Account":"alice"}`, string(r.Body))
}

func TestRequestChecksumCoversTheBodyAsSent(t *testing.T) {
	body := map[string]string{"Text": "你好 <3 & 🎉"}
	frame, err := EncodeRequest(RequestHead{Ver: "v4", ServCmd: CmdSendMsg, Seq: 7}, body)
	require.NoError(t, err)
	r, err := DecodeRequest(frame)
	require.NoError(t, err)
	require.Equal(t, crc32.ChecksumIEEE([]byte(`{"Text":"你好 <3 & 🎉"}`)), r.Head.CS)
	require.NoError(t, r.VerifyChecksum())

	r.Body = append(r.Body[:len(r.Body):len(r.Body)], ' ')
	require.ErrorIs(t, r.VerifyChecksum(), ErrChecksum)
	r.Head.CS = 0
	require.NoError(t, r.VerifyChecksum(), "a missing cs is accepted")
}

func TestSomeCommandsCarryNoChecksum(t *testing.T) {
	for _, command := range []string{CmdAlive, CmdLogin, CmdLogout, CmdPushAck} {
		frame, err := EncodeRequest(RequestHead{ServCmd: command}, nil)
		require.NoError(t, err)
		require.Contains(t, string(frame), `"cs":0,`, command)
		require.Contains(t, string(frame), `"body":{}`, command)
	}
}

func TestLoginHeadHasNoTicketAndLaterHeadsNoSignature(t *testing.T) {
	login, err := EncodeRequest(RequestHead{Identifier: "alice", UserSig: "eJw", ServCmd: CmdLogin}, nil)
	require.NoError(t, err)
	require.NotContains(t, string(login), `"a2"`)
	require.NotContains(t, string(login), `"tinyid"`)

	later, err := EncodeRequest(RequestHead{A2: "t", TinyID: "1", StatusInstID: 2, ServCmd: CmdGetMsg}, nil)
	require.NoError(t, err)
	require.NotContains(t, string(later), `"usersig"`)
	require.NotContains(t, string(later), `"identifier"`)
	require.Contains(t, string(later), `"sdkability_ext":"","cappid":0`)
}

func TestReplyFrame(t *testing.T) {
	frame, err := EncodeFrame(CmdAlive, 4294967295, OK())
	require.NoError(t, err)
	require.Equal(t,
		`{"head":{"servcmd":"heartbeat.alive","seq":4294967295},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}`,
		string(frame))
	f, err := DecodeFrame(frame)
	require.NoError(t, err)
	require.Equal(t, Head{ServCmd: CmdAlive, Seq: 4294967295}, f.Head)
	require.False(t, f.IsPush())
}

func TestCompressedFrames(t *testing.T) {
	frame := []byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":{"EventArray":[]}}`)
	ours, err := Compress(frame)
	require.NoError(t, err)
	var zlibbed, gzipped bytes.Buffer
	for _, w := range []io.WriteCloser{zlib.NewWriter(&zlibbed), gzip.NewWriter(&gzipped)} {
		_, err := w.Write(frame)
		require.NoError(t, err)
		require.NoError(t, w.Close())
	}
	for name, compressed := range map[string][]byte{
		"ours": ours,
		"zlib": append([]byte("COMP"), zlibbed.Bytes()...),
		"gzip": append([]byte("COMP"), gzipped.Bytes()...),
	} {
		f, err := DecodeFrame(compressed)
		require.NoError(t, err, name)
		require.True(t, f.IsPush(), name)
		require.JSONEq(t, `{"EventArray":[]}`, string(f.Body), name)
	}
}

func TestDecompressionIsBounded(t *testing.T) {
	bomb, err := Compress(bytes.Repeat([]byte(" "), MaxFrame+1))
	require.NoError(t, err)
	require.Less(t, len(bomb), 10_000)
	_, err = DecodeFrame(bomb)
	require.ErrorIs(t, err, ErrFrameTooLarge)
}

func TestDamagedFramesAreRefused(t *testing.T) {
	for name, frame := range map[string]string{
		"empty":            "",
		"no JSON":          "hello",
		"two documents":    `{"head":{"servcmd":"a","seq":1}}{}`,
		"no head":          `{"body":{}}`,
		"no command":       `{"head":{"seq":1},"body":{}}`,
		"wrong type":       `{"head":{"servcmd":5,"seq":1},"body":{}}`,
		"negative seq":     `{"head":{"servcmd":"a","seq":-1},"body":{}}`,
		"not UTF-8":        "{\"head\":{\"servcmd\":\"a\",\"seq\":1},\"body\":{\"x\":\"\xff\"}}",
		"bad compression":  "COMPxxxx",
		"cut compression":  "COMP\x1f\x8b\x08\x00",
		"raw deflate":      "COMP\x4b\x04\x00",
		"larger than 1 MB": `{"head":{"servcmd":"a","seq":1},"body":"` + strings.Repeat("x", MaxFrame) + `"}`,
		"nested too deep":  `{"head":{"servcmd":"a","seq":1},"body":` + strings.Repeat("[", 20_000) + `}`,
	} {
		_, err := DecodeFrame([]byte(frame))
		require.Error(t, err, name)
	}
}

func TestFramesBeyondTheLimitAreNotBuilt(t *testing.T) {
	body := json.RawMessage(`"` + strings.Repeat("x", MaxFrame) + `"`)
	_, err := EncodeFrame(CmdPush, 1, body)
	require.ErrorIs(t, err, ErrFrameTooLarge)
	_, err = EncodeRequest(RequestHead{ServCmd: CmdSendMsg}, body)
	require.ErrorIs(t, err, ErrFrameTooLarge)
}

func FuzzDecodeFrame(f *testing.F) {
	f.Add([]byte(sdkRequest))
	f.Add([]byte(`{"head":{"servcmd":"heartbeat.alive","seq":1}}`))
	f.Add([]byte(`{"head":{"servcmd":"heartbeat.alive","seq":1},"body":{}}`))
	f.Add([]byte("COMP\x1f\x8b\x08\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := DecodeRequest(data); err == nil {
			_ = r.VerifyChecksum()
			again, err := EncodeRequest(r.Head, r.Body)
			if err == nil {
				second, err := DecodeRequest(again)
				require.NoError(t, err)
				require.Equal(t, r.Head.ServCmd, second.Head.ServCmd)
			}
		}
		frame, err := DecodeFrame(data)
		if err != nil {
			return
		}
		var push Push
		if Unmarshal(frame.Body, &push) != nil {
			return
		}
		for _, event := range push.EventArray {
			for _, tip := range event.GroupTips {
				require.NotNil(t, tip.Content())
			}
		}
		_, err = Marshal(push)
		require.NoError(t, err)
	})
}
