package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func picture(t *testing.T, width, height int, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{R: uint8(x), G: uint8(y), B: 128, A: 255})
		}
	}
	var data bytes.Buffer
	require.NoError(t, encode(&data, img))
	return data.Bytes()
}

func asJPEG(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, nil) }

// post uploads as a user.
func (w *world) post(user, sig, kind, name string, data []byte) map[string]any {
	w.t.Helper()
	query := url.Values{
		"sdkappid": {strconv.FormatInt(restApp, 10)}, "identifier": {user}, "usersig": {sig}, "type": {kind}, "name": {name},
	}
	response, err := http.Post(w.url+"/media?"+query.Encode(), "application/octet-stream", bytes.NewReader(data))
	require.NoError(w.t, err)
	defer response.Body.Close()
	var reply map[string]any
	require.NoError(w.t, json.NewDecoder(response.Body).Decode(&reply))
	return reply
}

func fetch(t *testing.T, method, address string, data []byte) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(data))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, body
}

func TestAnUploadedImageComesInThreeSizes(t *testing.T) {
	w := chat(t)
	data := picture(t, 1600, 900, asJPEG)
	reply := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "羊毛 大衣.jpg", data)
	require.EqualValues(t, 0, reply["ErrorCode"], reply)
	require.EqualValues(t, 1, reply["ImageFormat"])
	want := [][2]int{{1600, 900}, {1280, 720}, {352, 198}}
	infos := reply["ImageInfoArray"].([]any)
	require.Len(t, infos, len(want))
	for i, entry := range infos {
		info := entry.(map[string]any)
		require.EqualValues(t, i+1, info["Type"])
		require.EqualValues(t, want[i][0], info["Width"])
		require.EqualValues(t, want[i][1], info["Height"])
		response, body := fetch(t, http.MethodGet, info["URL"].(string), nil)
		require.Equal(t, "image/jpeg", response.Header.Get("Content-Type"))
		require.EqualValues(t, len(body), info["Size"])
		config, _, err := image.DecodeConfig(bytes.NewReader(body))
		require.NoError(t, err)
		require.Equal(t, want[i], [2]int{config.Width, config.Height})
	}
}

func TestWhatIsUploadedIsCheckedBySizeAndType(t *testing.T) {
	w := chat(t)
	small := picture(t, 20, 10, png.Encode)
	page := []byte("<html><script>alert(1)</script></html>")
	for _, test := range []struct {
		name, kind string
		data       []byte
		code       int
	}{
		{"an image", "image", small, 0},
		{"a page as image", "image", page, wire.CodeGroupParam},
		{"a damaged image", "image", small[:20], wire.CodeGroupParam},
		{"an image as video", "video", small, wire.CodeGroupParam},
		{"a video", "video", []byte("\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00qt  "), 0},
		{"a recording", "sound", []byte("#!AMR\n\x3c\x91\x17"), 0},
		{"a page as recording", "sound", page, wire.CodeGroupParam},
		{"a page as file", "file", page, 0},
		{"nothing", "file", nil, wire.CodeGroupParam},
		{"an unknown type", "hologram", small, wire.CodeGroupParam},
		{"too much", "sound", make([]byte, 28<<20+1), wire.CodeGroupParam},
	} {
		t.Run(test.name, func(t *testing.T) {
			reply := w.post("alice", signed(t, restKey, restApp, "alice"), test.kind, "x", test.data)
			require.EqualValues(t, test.code, reply["ErrorCode"], reply)
		})
	}
	require.EqualValues(t, 70009, w.post("alice", signed(t, wire.NewSecret("other"), restApp, "alice"), "file", "x", small)["ErrorCode"])
	require.EqualValues(t, 70013, w.post("alice", signed(t, restKey, restApp, "bob"), "file", "x", small)["ErrorCode"])
}

func TestAFileIsServedByASignedAddressOnly(t *testing.T) {
	w := chat(t)
	page := []byte("<html><script>alert(1)</script></html>")
	address := w.post("alice", signed(t, restKey, restApp, "alice"), "file", "报告.html", page)["Url"].(string)
	response, body := fetch(t, http.MethodGet, address, nil)
	require.Equal(t, page, body)
	require.Equal(t, "application/octet-stream", response.Header.Get("Content-Type"), "no browser runs it")
	require.Contains(t, response.Header.Get("Content-Disposition"), "attachment")
	token := strings.Split(address, "/")[4]
	key, mac := token[:24], token[strings.Index(token, "-"):]
	for _, other := range []string{key, token + "x", key + ".1" + mac, key + ".0" + mac, strings.Repeat("a", 24) + ".2" + mac, "x"} {
		response, _ := fetch(t, http.MethodGet, w.url+"/media/"+other+"/x", nil)
		require.Equal(t, http.StatusForbidden, response.StatusCode, other)
	}
}

// addressIn is the address of a file in what somebody got.
func addressIn(t *testing.T, got any) string {
	t.Helper()
	text, err := json.Marshal(got)
	require.NoError(t, err)
	address := regexp.MustCompile(`http://[^"]*/media/[^"]*`).Find(text)
	require.NotNil(t, address, string(text))
	return string(address)
}

func accountNumber(t *testing.T, w *world, user string) uint32 {
	t.Helper()
	account, known := w.server.core.Account(user)
	require.True(t, known)
	return account.UID
}

func status(t *testing.T, address string) int {
	t.Helper()
	response, _ := fetch(t, http.MethodGet, address, nil)
	return response.StatusCode
}

func picturePost(to, address string) string {
	return fmt.Sprintf(`{%s,"Random":%d,"MsgRandom":7,"MsgSeq":7,"MsgBody":[{"MsgType":"TIMImageElem","MsgContent":{"UUID":"u","ImageFormat":3,
		"ImageInfoArray":[{"Type":1,"Size":1,"Width":1,"Height":1,"URL":%q}]}}]}`, to, rand.Uint32(), address)
}

func TestAFileIsForThoseWhoAreInTheConversationNow(t *testing.T) {
	w := chat(t)
	alice, bob, carol := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb), w.login("carol", wire.PlatformWeb)
	alice.good("group_open_http_svc.create_group", `{"Type":"Public","Name":"photos","GroupId":"photos","MemberList":[{"Member_Account":"bob"}]}`)
	mine := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "coat.png", picture(t, 20, 10, png.Encode))["Url"].(string)
	require.Equal(t, http.StatusOK, status(t, mine))

	alice.good("group_open_http_svc.send_group_msg", picturePost(`"GroupId":"photos"`, mine))
	pushed := addressIn(t, bob.event("GroupMsgArray"))
	require.NotEqual(t, mine, pushed, "each gets an address of their own")
	fetched := addressIn(t, bob.good("group_open_http_svc.group_msg_get", `{"GroupId":"photos","ReqMsgNumber":1}`))
	require.Equal(t, pushed, fetched)
	require.Equal(t, http.StatusOK, status(t, pushed))

	// Naming a file that one may not see opens it for nobody.
	stolen := w.server.mediaURL(strings.Split(mine, "/")[2], strings.Split(mine, "/")[4][:24], "coat.png", accountNumber(t, w, "carol"))
	require.Equal(t, http.StatusForbidden, status(t, stolen))
	carol.good("openim.sendmsg", picturePost(`"To_Account":"carol"`, stolen))
	require.Equal(t, http.StatusForbidden, status(t, stolen))

	alice.good("group_open_http_svc.delete_group_member", `{"GroupId":"photos","MemberToDel_Account":["bob"]}`)
	require.Equal(t, http.StatusForbidden, status(t, pushed), "bob is a member no more")
	alice.good("group_open_http_svc.add_group_member", `{"GroupId":"photos","MemberList":[{"Member_Account":"carol"}]}`)
	require.Equal(t, http.StatusOK, status(t, stolen), "carol is one now")
	carol.good("openim.sendmsg", picturePost(`"To_Account":"bob"`, stolen))
	require.Equal(t, http.StatusOK, status(t, pushed), "carol passed it on")
	require.Equal(t, pushed, addressIn(t, bob.good("openim.getroammsg", `{"Peer_Account":"carol","MaxCnt":5}`)))

	reply := w.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"photos","ReqMsgNumber":20}`)
	require.Equal(t, http.StatusOK, status(t, addressIn(t, reply)), "the app admin sees all files")
}

func TestAnAddressThatLeadsElsewhereIsNobodys(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	mine := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "coat.png", picture(t, 20, 10, png.Encode))["Url"].(string)
	host := strings.Split(mine, "/")[2]
	elsewhere := strings.Replace(mine, host, "evil.example", 1)
	alice.good("openim.sendmsg", picturePost(`"To_Account":"bob"`, elsewhere))
	require.Equal(t, elsewhere, addressIn(t, bob.event("C2cMsgArray")), "it gets no token of the receiver")
}

func TestARequestThatIsResentBeforeTheLoginGetsItsUsersAddresses(t *testing.T) {
	w := chat(t)
	alice := w.login("alice", wire.PlatformWeb)
	_, ticket := w.ticketOf("bob")
	mine := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "coat.png", picture(t, 20, 10, png.Encode))["Url"].(string)
	alice.good("openim.sendmsg", picturePost(`"To_Account":"bob"`, mine))
	again := w.dial(wire.PlatformWeb).ask("openim.getroammsg", `{"Peer_Account":"alice","MaxCnt":5}`, ticket)
	require.Equal(t, http.StatusOK, status(t, addressIn(t, again)))
}

func TestAnAddressMadeHTTPSLeadsHereAgain(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	mine := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "coat.png", picture(t, 20, 10, png.Encode))["Url"].(string)
	alice.good("openim.sendmsg", picturePost(`"To_Account":"bob"`, strings.Replace(mine, "http:", "https:", 1)))
	theirs := addressIn(t, bob.event("C2cMsgArray"))
	require.True(t, strings.HasPrefix(theirs, "http:"), theirs)
	require.Equal(t, http.StatusOK, status(t, theirs))
}

func TestAFaceIsForEverybody(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	mine := w.post("alice", signed(t, restKey, restApp, "alice"), "image", "me.png", picture(t, 20, 10, png.Encode))["Url"].(string)
	alice.good("profile.portrait_set", fmt.Sprintf(`{"ProfileItem":[{"Tag":"Tag_Profile_IM_Image","Value":%q}]}`, mine))
	theirs := addressIn(t, bob.good("profile.portrait_get_all", `{"UserItem":[{"To_Account":"alice"}]}`))
	require.NotEqual(t, mine, theirs)
	require.Equal(t, http.StatusOK, status(t, theirs))
}

func TestAClientPutsAFileWhereItWasTold(t *testing.T) {
	w := chat(t)
	alice := w.login("alice", wire.PlatformWeb)
	reply := alice.good(cmdUploadURL, `{"file_type":1,"file_name":"a.png","upload_method":0,"duration":900}`)
	data := picture(t, 300, 400, png.Encode)
	put := reply["upload_url"].(string)
	for _, test := range []struct {
		address string
		data    []byte
		status  int
	}{
		{strings.Replace(put, "type=image", "type=file", 1), data, http.StatusForbidden},
		{put, []byte("no image"), http.StatusUnsupportedMediaType},
		{put, data, http.StatusOK},
	} {
		response, _ := fetch(t, http.MethodPut, test.address, test.data)
		require.Equal(t, test.status, response.StatusCode)
	}
	get := reply["download_url"].(string)
	_, body := fetch(t, http.MethodGet, get, nil)
	require.Equal(t, data, body)
	_, thumb := fetch(t, http.MethodGet, get+"?imageView2/3/w/198/h/198", nil)
	config, _, err := image.DecodeConfig(bytes.NewReader(thumb))
	require.NoError(t, err)
	require.Equal(t, [2]int{198, 264}, [2]int{config.Width, config.Height})

	w.clock.seconds.Add(3600)
	response, _ := fetch(t, http.MethodPut, put, data)
	require.Equal(t, http.StatusForbidden, response.StatusCode)
}

// The newer chat UI kits ask where to put an image by another command, and then what became of it.
func TestAnImageOfTheNewerChatUIKits(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	reply := alice.good("im_cos_msg.simple_sig", `{"uint32_upload_method":0,"uint32_platform":7,"uint32_sdkappid":1400000001,"str_user_id":"alice",
		"uint32_scene":1,"rpt_upload_object":[{"uint32_file_id":1,"uint32_file_type":1,"str_file_name":"a.png"}]}`)
	place := reply["rpt_pre_sig"].([]any)[0].(map[string]any)
	response, _ := fetch(t, http.MethodPut, place["str_upload_url"].(string), picture(t, 1600, 900, png.Encode))
	require.Equal(t, http.StatusOK, response.StatusCode)
	ask := fmt.Sprintf(`{"str_image_url":%q}`, place["str_download_url"])
	infos := alice.good("im_cos_msg.get_imageinfo", ask)["rpt_msg_image_info"].([]any)
	for i, want := range [][3]int{{0, 1600, 900}, {2, 1280, 720}, {1, 352, 198}} {
		info := infos[i].(map[string]any)
		require.EqualValues(t, want[0], info["uint32_image_type"])
		require.EqualValues(t, want[1], info["uint32_width"])
		require.EqualValues(t, want[2], info["uint32_height"])
		require.Equal(t, http.StatusOK, status(t, info["str_url"].(string)))
	}
	require.NotZero(t, bob.ask("im_cos_msg.get_imageinfo", ask)["ErrorCode"], "nobody has shown it to bob")
	require.NotZero(t, alice.ask("im_cos_msg.get_imageinfo", `{"str_image_url":"http://elsewhere/a.png"}`)["ErrorCode"])
	require.NotZero(t, alice.ask("im_cos_msg.simple_sig", `{}`)["ErrorCode"])
}
