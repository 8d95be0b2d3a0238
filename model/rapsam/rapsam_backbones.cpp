#include "model/rapsam/rapsam_backbones.h"

#include "model/rapsam/clip_resnet.h"
#include "model/rapsam/convnext.h"

namespace fs2 {

std::shared_ptr<Backbone> rapsamBackbone(const std::string& network) {
    if (network == "rapsam_r50") return std::make_shared<ResNetImpl>(50);
    if (network == "rapsam_r18") return std::make_shared<ResNetImpl>(18);
    if (network == "rapsam_clip_r50") return std::make_shared<ClipResNetImpl>();
    if (network == "rapsam_convnext_base") return std::make_shared<ConvNextImpl>(kConvNextBase);
    if (network == "rapsam_convnext_large") return std::make_shared<ConvNextImpl>(kConvNextLarge);
    if (network == "rapsam_convnext_xxlarge")
        return std::make_shared<ConvNextImpl>(kConvNextXxlarge);
    return nullptr;
}

}  // namespace fs2
