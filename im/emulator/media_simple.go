package emulator

import (
	"context"

	"reddot/im/wire"
)

// cmdSimpleUploadURL is how @tencentcloud/lite-chat, under the newer chat UI kits, asks where to put files.
const cmdSimpleUploadURL = "im_cos_msg.simple_sig"

type simpleUploadRequest struct {
	Objects []struct {
		ID   int    `json:"uint32_file_id"`
		Type int    `json:"uint32_file_type"`
		Name string `json:"str_file_name"`
	} `json:"rpt_upload_object"`
}

type simpleUploadPlace struct {
	ID          int    `json:"uint32_file_id"`
	Exists      int    `json:"uint32_exist_flag"` // 1 would spare the upload
	UploadURL   string `json:"str_upload_url"`
	DownloadURL string `json:"str_download_url"`
	Key         string `json:"str_file_key"`
}

// maxSimpleUploads bounds one request.
const maxSimpleUploads = 20

func (r *request) simpleUploadURL(body simpleUploadRequest) (any, error) {
	if len(body.Objects) == 0 || len(body.Objects) > maxSimpleUploads {
		return nil, &wire.Error{Code: wire.CodeMsgRequest, Info: "rpt_upload_object must name 1 to 20 files"}
	}
	reply := struct {
		wire.Result
		Places []simpleUploadPlace `json:"rpt_pre_sig"`
	}{Result: wire.OK()}
	for _, object := range body.Objects {
		place, err := r.uploadPlace(object.Type, object.Name)
		if err != nil {
			return nil, err
		}
		reply.Places = append(reply.Places, simpleUploadPlace{
			ID: object.ID, UploadURL: place.UploadURL, DownloadURL: place.DownloadURL, Key: place.RequestID,
		})
	}
	return reply, nil
}

// cmdImageInfo is how lite-chat learns the sizes of an image that it has put there.
const cmdImageInfo = "im_cos_msg.get_imageinfo"

// imageType is how the sizes of an image are numbered here: 0 as it is, 1 thumbnail, 2 large.
var imageType = map[int]int{1: 0, 2: 2, 3: 1}

type simpleImage struct {
	Type   int    `json:"uint32_image_type"`
	URL    string `json:"str_url"`
	Width  int    `json:"uint32_width"`
	Height int    `json:"uint32_height"`
	Format string `json:"str_image_format"`
}

func (r *request) imageInfo(body struct {
	URL string `json:"str_image_url"`
},
) (any, error) {
	s := r.c.server
	file, format, err := s.imageAt(r.c.ctx, r.user.UID, body.URL)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.Result
		Images []simpleImage `json:"rpt_msg_image_info"`
	}{Result: wire.OK()}
	for _, info := range s.imageInfos(body.URL, file) {
		reply.Images = append(reply.Images, simpleImage{Type: imageType[info.Type], URL: info.URL, Width: info.Width, Height: info.Height, Format: format})
	}
	return reply, nil
}

// imageAt finds the image that an address names, for one who may see it.
func (s *Server) imageAt(ctx context.Context, account uint32, address string) (file mediaFile, format string, err error) {
	found := mediaPattern().FindStringSubmatch(address)
	if found == nil {
		return file, "", &wire.Error{Code: wire.CodeMsgRequest, Info: "str_image_url is no address of this server"}
	}
	key, _, ok := s.openMediaToken(found[2], found[4])
	if !ok {
		return file, "", &wire.Error{Code: wire.CodeMsgRequest, Info: "str_image_url was not given out by this server"}
	}
	if allowed, err := s.maySee(ctx, account, key); err != nil || !allowed {
		return file, "", &wire.Error{Code: wire.CodeMsgRequest, Info: "this image is not for everybody"}
	}
	return s.media.image(key)
}
