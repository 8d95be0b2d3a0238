<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Edit</name>
    <message>
        <source>refine mask</source>
        <translation>修正掩膜</translation>
    </message>
    <message>
        <source>new mask</source>
        <translation>新掩膜</translation>
    </message>
    <message>
        <source>other reading</source>
        <translation>其他解读</translation>
    </message>
    <message>
        <source>accept object</source>
        <translation>接受对象</translation>
    </message>
    <message>
        <source>accept %1 objects</source>
        <translation>接受 %1 个对象</translation>
    </message>
    <message>
        <source>drop draft</source>
        <translation>丢弃草稿</translation>
    </message>
    <message>
        <source>drop %1 drafts</source>
        <translation>丢弃 %1 个草稿</translation>
    </message>
    <message>
        <source>delete object</source>
        <translation>删除对象</translation>
    </message>
    <message>
        <source>delete %1 objects</source>
        <translation>删除 %1 个对象</translation>
    </message>
    <message>
        <source>merge %1 objects</source>
        <translation>合并 %1 个对象</translation>
    </message>
    <message>
        <source>split object</source>
        <translation>拆分对象</translation>
    </message>
    <message>
        <source>set class</source>
        <translation>设置类别</translation>
    </message>
    <message>
        <source>set colour</source>
        <translation>设置颜色</translation>
    </message>
    <message>
        <source>hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>rename object</source>
        <translation>重命名对象</translation>
    </message>
    <message>
        <source>reorder</source>
        <translation>重新排序</translation>
    </message>
    <message>
        <source>paste object</source>
        <translation>粘贴对象</translation>
    </message>
    <message>
        <source>paste %1 objects</source>
        <translation>粘贴 %1 个对象</translation>
    </message>
    <message>
        <source>duplicate object</source>
        <translation>复制一份对象</translation>
    </message>
    <message>
        <source>duplicate %1 objects</source>
        <translation>复制 %1 个对象</translation>
    </message>
    <message>
        <source>set state</source>
        <translation>设置状态</translation>
    </message>
    <message>
        <source>skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>do not skip</source>
        <translation>不跳过</translation>
    </message>
    <message>
        <source>set tags</source>
        <translation>设置标签</translation>
    </message>
    <message>
        <source>edit note</source>
        <translation>编辑备注</translation>
    </message>
    <message>
        <source>add class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>rename class</source>
        <translation>重命名类别</translation>
    </message>
    <message>
        <source>set class colour</source>
        <translation>设置类别颜色</translation>
    </message>
    <message>
        <source>set class key</source>
        <translation>设置类别数字</translation>
    </message>
    <message>
        <source>delete class</source>
        <translation>删除类别</translation>
    </message>
    <message>
        <source>label scene</source>
        <translation>标注场景</translation>
    </message>
    <message>
        <source>propagate</source>
        <translation>传播</translation>
    </message>
    <message>
        <source>mark as absent</source>
        <translation>标记为不在画面中</translation>
    </message>
    <message>
        <source>mark as occluded</source>
        <translation>标记为被遮挡</translation>
    </message>
    <message>
        <source>accept range</source>
        <translation>确认区间</translation>
    </message>
    <message>
        <source>clear range</source>
        <translation>清除区间</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>The folder could not be opened</source>
        <translation>无法打开文件夹</translation>
    </message>
    <message>
        <source>The picture could not be opened</source>
        <translation>无法打开图片</translation>
    </message>
    <message>
        <source>The masks of this picture could not be read</source>
        <translation>无法读取此图片的掩膜</translation>
    </message>
    <message>
        <source>Changes could not be saved</source>
        <translation>无法保存更改</translation>
    </message>
    <message>
        <source>The model could not be loaded</source>
        <translation>无法加载模型</translation>
    </message>
    <message>
        <source>The model gave no mask</source>
        <translation>模型未给出掩膜</translation>
    </message>
    <message>
        <source>The export failed</source>
        <translation>导出失败</translation>
    </message>
    <message>
        <source>its project is open in another program</source>
        <translation>其项目已在另一程序中打开</translation>
    </message>
    <message>
        <source>the request cannot be met</source>
        <translation>无法满足该请求</translation>
    </message>
    <message>
        <source>a file or folder is not there</source>
        <translation>文件或文件夹不存在</translation>
    </message>
    <message>
        <source>the file is damaged or of another kind</source>
        <translation>文件已损坏或类型不符</translation>
    </message>
    <message>
        <source>this version cannot do that</source>
        <translation>此版本不支持</translation>
    </message>
    <message>
        <source>the weights belong to another network</source>
        <translation>权重属于另一网络</translation>
    </message>
    <message>
        <source>the memory is used up</source>
        <translation>内存已用尽</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>the place cannot be written</source>
        <translation>该位置不可写</translation>
    </message>
    <message>
        <source>it was cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>an unexpected fault</source>
        <translation>意外错误</translation>
    </message>
    <message>
        <source>Make room: saving is tried again by itself, nothing is lost as long as the program runs.</source>
        <translation>请腾出空间：程序会自动重试保存，只要程序运行就不会丢失任何内容。</translation>
    </message>
    <message>
        <source>Saving is tried again by itself, nothing is lost as long as the program runs.</source>
        <translation>程序会自动重试保存，只要程序运行就不会丢失任何内容。</translation>
    </message>
    <message>
        <source>Drawing goes on; choose weights in the settings.</source>
        <translation>仍可绘制；请在设置中选择权重。</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller working size.</source>
        <translation>请关闭其他程序或选择较小的工作尺寸。</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <comment>what failed: why</comment>
        <translation>%1：%2。</translation>
    </message>
    <message>
        <source>The clip could not be opened</source>
        <translation>无法打开该片段</translation>
    </message>
    <message>
        <source>This frame could not be shown</source>
        <translation>无法显示该帧</translation>
    </message>
    <message>
        <source>The run ended early; what had come is kept</source>
        <translation>运行提前结束；已完成的结果会保留</translation>
    </message>
    <message>
        <source>The model&apos;s memory was not changed</source>
        <translation>模型的记忆没有改变</translation>
    </message>
</context>
<context>
    <name>fs2::AboutDialog</name>
    <message>
        <source>About FastSAM2 Studio</source>
        <translation>关于 FastSAM2 Studio</translation>
    </message>
    <message>
        <source>&lt;p&gt;Click on a thing in a photograph and get its mask; correct it with further clicks; export for training.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later. It comes without any warranty. You may pass it on and change it under that licence; its text is in the file LICENSE, and at &lt;a href=&quot;https://www.gnu.org/licenses/&quot;&gt;gnu.org/licenses&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;Built with Qt %1, LibTorch, OpenCV, SQLite, SQLiteCpp, spdlog and nlohmann/json.&lt;/p&gt;</source>
        <translation>&lt;p&gt;点击照片中的物体即可得到它的掩膜；继续点击加以修正；导出用于训练。&lt;/p&gt;&lt;p&gt;本程序是自由软件，采用 GNU 通用公共许可证第 3 版或更高版本，不提供任何担保。您可以按照该许可证传播和修改它；许可证全文见 LICENSE 文件以及 &lt;a href=&quot;https://www.gnu.org/licenses/&quot;&gt;gnu.org/licenses&lt;/a&gt;。&lt;/p&gt;&lt;p&gt;使用 Qt %1、LibTorch、OpenCV、SQLite、SQLiteCpp、spdlog 和 nlohmann/json 构建。&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>fs2::Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Object</source>
        <translation>对象(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>打开最近的工作(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>图像(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>面板(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>Clean &amp;Up</source>
        <translation>清理(&amp;U)</translation>
    </message>
    <message>
        <source>Point by &amp;Keys</source>
        <translation>用键盘指点(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Pick by Number</source>
        <translation>按编号选择(&amp;P)</translation>
    </message>
    <message>
        <source>Assign C&amp;lass</source>
        <translation>赋予类别(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>设备(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Open Images…</source>
        <translation>打开图像(&amp;O)…</translation>
    </message>
    <message>
        <source>Open one or several image files</source>
        <translation>打开一个或多个图像文件</translation>
    </message>
    <message>
        <source>Open &amp;Folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open a folder of images</source>
        <translation>打开图像文件夹</translation>
    </message>
    <message>
        <source>Open &amp;Samples</source>
        <translation>打开示例(&amp;S)</translation>
    </message>
    <message>
        <source>Open the pictures that come with the program</source>
        <translation>打开程序自带的图片</translation>
    </message>
    <message>
        <source>&amp;Save Now</source>
        <translation>立即保存(&amp;S)</translation>
    </message>
    <message>
        <source>Write all changes now; they are also saved by themselves</source>
        <translation>立即写入所有更改；它们也会自动保存</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>Close this work and show the start page</source>
        <translation>关闭此工作并显示起始页</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>设置(&amp;T)…</translation>
    </message>
    <message>
        <source>Theme, language, model, keys</source>
        <translation>主题、语言、模型、按键</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Save and leave the program</source>
        <translation>保存并退出程序</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>Take back the last change</source>
        <translation>撤销上一步更改</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Do again what was taken back</source>
        <translation>重做撤销的操作</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected objects</source>
        <translation>复制所选对象</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Paste objects at the same place</source>
        <translation>在相同位置粘贴对象</translation>
    </message>
    <message>
        <source>Copy to &amp;Next Image</source>
        <translation>复制到下一张图像(&amp;N)</translation>
    </message>
    <message>
        <source>Open the next image and paste the selected objects at the same place</source>
        <translation>打开下一张图像并在相同位置粘贴所选对象</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>创建副本(&amp;D)</translation>
    </message>
    <message>
        <source>Duplicate the selected objects</source>
        <translation>创建所选对象的副本</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>删除(&amp;L)</translation>
    </message>
    <message>
        <source>Delete the selected objects</source>
        <translation>删除所选对象</translation>
    </message>
    <message>
        <source>Select &amp;All</source>
        <translation>全选(&amp;A)</translation>
    </message>
    <message>
        <source>Select all objects of the image</source>
        <translation>选择图像的所有对象</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>完成(&amp;D)</translation>
    </message>
    <message>
        <source>Mark the image as done and go to the next</source>
        <translation>把图像标记为完成并转到下一张</translation>
    </message>
    <message>
        <source>To &amp;Review</source>
        <translation>待复核(&amp;R)</translation>
    </message>
    <message>
        <source>Mark the image as to be reviewed</source>
        <translation>把图像标记为待复核</translation>
    </message>
    <message>
        <source>Not &amp;Begun</source>
        <translation>未开始(&amp;B)</translation>
    </message>
    <message>
        <source>Mark the image as not begun</source>
        <translation>把图像标记为未开始</translation>
    </message>
    <message>
        <source>&amp;Skip</source>
        <translation>跳过(&amp;S)</translation>
    </message>
    <message>
        <source>Leave the image out of the work, or take it in again</source>
        <translation>把图像排除在工作之外，或重新纳入</translation>
    </message>
    <message>
        <source>&amp;Find a Command…</source>
        <translation>查找命令(&amp;F)…</translation>
    </message>
    <message>
        <source>Search all commands by name</source>
        <translation>按名称搜索所有命令</translation>
    </message>
    <message>
        <source>&amp;Fit to Window</source>
        <translation>适应窗口(&amp;F)</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>显示整张图片</translation>
    </message>
    <message>
        <source>&amp;Actual Size</source>
        <translation>实际大小(&amp;A)</translation>
    </message>
    <message>
        <source>One picture pixel is one screen pixel</source>
        <translation>一个图片像素对应一个屏幕像素</translation>
    </message>
    <message>
        <source>Zoom &amp;In</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Enlarge the view</source>
        <translation>放大视图</translation>
    </message>
    <message>
        <source>Zoom &amp;Out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>Make the view smaller</source>
        <translation>缩小视图</translation>
    </message>
    <message>
        <source>Show &amp;Masks</source>
        <translation>显示掩膜(&amp;M)</translation>
    </message>
    <message>
        <source>Show or hide all masks</source>
        <translation>显示或隐藏所有掩膜</translation>
    </message>
    <message>
        <source>Fi&amp;ll Masks</source>
        <translation>填充掩膜(&amp;L)</translation>
    </message>
    <message>
        <source>Fill the masks, or show their outlines alone</source>
        <translation>填充掩膜，或仅显示轮廓</translation>
    </message>
    <message>
        <source>&amp;Crosshair</source>
        <translation>十字线(&amp;C)</translation>
    </message>
    <message>
        <source>Lines through the cursor</source>
        <translation>穿过光标的线</translation>
    </message>
    <message>
        <source>&amp;Next Image</source>
        <translation>下一张图像(&amp;N)</translation>
    </message>
    <message>
        <source>Open the next image of the list</source>
        <translation>打开列表中的下一张图像</translation>
    </message>
    <message>
        <source>&amp;Previous Image</source>
        <translation>上一张图像(&amp;P)</translation>
    </message>
    <message>
        <source>Open the previous image of the list</source>
        <translation>打开列表中的上一张图像</translation>
    </message>
    <message>
        <source>Next &amp;Unfinished</source>
        <translation>下一张未完成(&amp;U)</translation>
    </message>
    <message>
        <source>Open the next image that is neither done nor skipped</source>
        <translation>打开下一张既未完成也未跳过的图像</translation>
    </message>
    <message>
        <source>&amp;Ten Forward</source>
        <translation>前进十张(&amp;T)</translation>
    </message>
    <message>
        <source>Ten images forward</source>
        <translation>前进十张图像</translation>
    </message>
    <message>
        <source>Te&amp;n Back</source>
        <translation>后退十张(&amp;N)</translation>
    </message>
    <message>
        <source>Ten images back</source>
        <translation>后退十张图像</translation>
    </message>
    <message>
        <source>&amp;First Image</source>
        <translation>第一张图像(&amp;F)</translation>
    </message>
    <message>
        <source>Open the first image of the list</source>
        <translation>打开列表中的第一张图像</translation>
    </message>
    <message>
        <source>&amp;Last Image</source>
        <translation>最后一张图像(&amp;L)</translation>
    </message>
    <message>
        <source>Open the last image of the list</source>
        <translation>打开列表中的最后一张图像</translation>
    </message>
    <message>
        <source>&amp;Go to Number…</source>
        <translation>转到编号(&amp;G)…</translation>
    </message>
    <message>
        <source>Open an image by its number</source>
        <translation>按编号打开图像</translation>
    </message>
    <message>
        <source>Next Pa&amp;nel</source>
        <translation>下一个面板(&amp;N)</translation>
    </message>
    <message>
        <source>Move the keyboard to the next panel</source>
        <translation>把键盘焦点移到下一个面板</translation>
    </message>
    <message>
        <source>Full &amp;Screen</source>
        <translation>全屏(&amp;S)</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>使用整个屏幕</translation>
    </message>
    <message>
        <source>&amp;Reset Layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>Put the panels back where they were at first</source>
        <translation>把面板放回最初的位置</translation>
    </message>
    <message>
        <source>Click &amp;Add</source>
        <translation>点击添加(&amp;A)</translation>
    </message>
    <message>
        <source>Left click adds to the object, right click takes away</source>
        <translation>左键添加到对象，右键去除</translation>
    </message>
    <message>
        <source>Click &amp;Take Away</source>
        <translation>点击去除(&amp;T)</translation>
    </message>
    <message>
        <source>Left click takes away from the object, right click adds</source>
        <translation>左键从对象中去除，右键添加</translation>
    </message>
    <message>
        <source>&amp;Box</source>
        <translation>方框(&amp;B)</translation>
    </message>
    <message>
        <source>Drag a box round a thing</source>
        <translation>在物体周围拖出方框</translation>
    </message>
    <message>
        <source>&amp;Polygon</source>
        <translation>多边形(&amp;P)</translation>
    </message>
    <message>
        <source>B&amp;rush</source>
        <translation>画笔(&amp;R)</translation>
    </message>
    <message>
        <source>Paint onto the object</source>
        <translation>在对象上涂抹</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>橡皮擦(&amp;E)</translation>
    </message>
    <message>
        <source>Rub out parts of the object</source>
        <translation>擦除对象的部分</translation>
    </message>
    <message>
        <source>S&amp;maller Brush</source>
        <translation>缩小画笔(&amp;M)</translation>
    </message>
    <message>
        <source>Make brush and eraser smaller</source>
        <translation>缩小画笔和橡皮擦</translation>
    </message>
    <message>
        <source>&amp;Larger Brush</source>
        <translation>放大画笔(&amp;L)</translation>
    </message>
    <message>
        <source>Make brush and eraser larger</source>
        <translation>放大画笔和橡皮擦</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>接受(&amp;A)</translation>
    </message>
    <message>
        <source>Keep the object; the next click starts a new one</source>
        <translation>保留对象；下一次点击开始新对象</translation>
    </message>
    <message>
        <source>Step &amp;Out</source>
        <translation>退出一步(&amp;O)</translation>
    </message>
    <message>
        <source>Drop the draft, then the selection, then the tool, then stop the job</source>
        <translation>依次丢弃草稿、取消选择、退出工具、停止任务</translation>
    </message>
    <message>
        <source>&amp;Remove Last Click</source>
        <translation>删除上次点击(&amp;R)</translation>
    </message>
    <message>
        <source>Remove the last click or corner</source>
        <translation>删除上次点击或角点</translation>
    </message>
    <message>
        <source>Part, Whole, &amp;More</source>
        <translation>部分、整体、更多(&amp;M)</translation>
    </message>
    <message>
        <source>Step through the other readings of the same clicks</source>
        <translation>切换同一组点击的其他解读</translation>
    </message>
    <message>
        <source>&amp;Next Object</source>
        <translation>下一个对象(&amp;N)</translation>
    </message>
    <message>
        <source>Select the next object</source>
        <translation>选择下一个对象</translation>
    </message>
    <message>
        <source>&amp;Previous Object</source>
        <translation>上一个对象(&amp;P)</translation>
    </message>
    <message>
        <source>Select the previous object</source>
        <translation>选择上一个对象</translation>
    </message>
    <message>
        <source>&amp;Hide</source>
        <translation>隐藏(&amp;H)</translation>
    </message>
    <message>
        <source>Hide the selected objects, or show them again</source>
        <translation>隐藏所选对象，或重新显示</translation>
    </message>
    <message>
        <source>Loc&amp;k</source>
        <translation>锁定(&amp;K)</translation>
    </message>
    <message>
        <source>Lock the selected objects against changes, or unlock them</source>
        <translation>锁定所选对象以防更改，或解锁</translation>
    </message>
    <message>
        <source>&amp;Class…</source>
        <translation>类别(&amp;C)…</translation>
    </message>
    <message>
        <source>Choose the class of the selected objects</source>
        <translation>选择所选对象的类别</translation>
    </message>
    <message>
        <source>Mer&amp;ge</source>
        <translation>合并(&amp;G)</translation>
    </message>
    <message>
        <source>Make one object of the selected ones</source>
        <translation>把所选对象合并为一个</translation>
    </message>
    <message>
        <source>Move &amp;Down the List</source>
        <translation>在列表中下移(&amp;D)</translation>
    </message>
    <message>
        <source>Closer to the viewer: on top of the others</source>
        <translation>更靠近观看者：位于其他对象之上</translation>
    </message>
    <message>
        <source>Move &amp;Up the List</source>
        <translation>在列表中上移(&amp;U)</translation>
    </message>
    <message>
        <source>Further away: below the others</source>
        <translation>更远：位于其他对象之下</translation>
    </message>
    <message>
        <source>&amp;Fill Holes</source>
        <translation>填充孔洞(&amp;F)</translation>
    </message>
    <message>
        <source>Fill the holes of the selected masks</source>
        <translation>填充所选掩膜的孔洞</translation>
    </message>
    <message>
        <source>&amp;Drop Islands</source>
        <translation>去除孤岛(&amp;D)</translation>
    </message>
    <message>
        <source>Keep only the largest part of each mask</source>
        <translation>仅保留每个掩膜的最大部分</translation>
    </message>
    <message>
        <source>&amp;Smooth</source>
        <translation>平滑(&amp;S)</translation>
    </message>
    <message>
        <source>Smooth the edges of the selected masks</source>
        <translation>平滑所选掩膜的边缘</translation>
    </message>
    <message>
        <source>&amp;Grow</source>
        <translation>扩大(&amp;G)</translation>
    </message>
    <message>
        <source>Grow the selected masks by one pixel</source>
        <translation>把所选掩膜扩大一个像素</translation>
    </message>
    <message>
        <source>S&amp;hrink</source>
        <translation>收缩(&amp;H)</translation>
    </message>
    <message>
        <source>Shrink the selected masks by one pixel</source>
        <translation>把所选掩膜收缩一个像素</translation>
    </message>
    <message>
        <source>&amp;Clip to Box</source>
        <translation>裁剪到方框(&amp;C)</translation>
    </message>
    <message>
        <source>Drag a box: what lies outside is cut off</source>
        <translation>拖出方框：外部将被裁掉</translation>
    </message>
    <message>
        <source>Pointer &amp;Left</source>
        <translation>指针左移(&amp;L)</translation>
    </message>
    <message>
        <source>Move the pointer on the picture to the left</source>
        <translation>把图片上的指针左移</translation>
    </message>
    <message>
        <source>Pointer &amp;Right</source>
        <translation>指针右移(&amp;R)</translation>
    </message>
    <message>
        <source>Move the pointer on the picture to the right</source>
        <translation>把图片上的指针右移</translation>
    </message>
    <message>
        <source>Pointer &amp;Up</source>
        <translation>指针上移(&amp;U)</translation>
    </message>
    <message>
        <source>Move the pointer on the picture up</source>
        <translation>把图片上的指针上移</translation>
    </message>
    <message>
        <source>Pointer &amp;Down</source>
        <translation>指针下移(&amp;D)</translation>
    </message>
    <message>
        <source>Move the pointer on the picture down</source>
        <translation>把图片上的指针下移</translation>
    </message>
    <message>
        <source>&amp;Click Here</source>
        <translation>在此点击(&amp;C)</translation>
    </message>
    <message>
        <source>A left click where the pointer is</source>
        <translation>在指针处左键点击</translation>
    </message>
    <message>
        <source>&amp;Right Click Here</source>
        <translation>在此右键点击(&amp;R)</translation>
    </message>
    <message>
        <source>A right click where the pointer is</source>
        <translation>在指针处右键点击</translation>
    </message>
    <message>
        <source>Live &amp;Preview</source>
        <translation>实时预览(&amp;P)</translation>
    </message>
    <message>
        <source>Show the mask under the cursor before the click</source>
        <translation>点击前显示光标下的掩膜</translation>
    </message>
    <message>
        <source>Use the weights of another file</source>
        <translation>使用另一文件的权重</translation>
    </message>
    <message>
        <source>&amp;Bundled Weights</source>
        <translation>自带权重(&amp;B)</translation>
    </message>
    <message>
        <source>Use the weights that come with the program</source>
        <translation>使用程序自带的权重</translation>
    </message>
    <message>
        <source>&amp;Cancel the Job</source>
        <translation>取消任务(&amp;C)</translation>
    </message>
    <message>
        <source>Stop what runs in the background</source>
        <translation>停止后台运行的任务</translation>
    </message>
    <message>
        <source>&amp;First Minute</source>
        <translation>第一分钟(&amp;F)</translation>
    </message>
    <message>
        <source>How to begin</source>
        <translation>如何开始</translation>
    </message>
    <message>
        <source>&amp;Keys and Mouse</source>
        <translation>按键与鼠标(&amp;K)</translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation>一张表列出所有按键</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>版本与许可证</translation>
    </message>
    <message>
        <source>Object &amp;%1</source>
        <translation>对象 &amp;%1</translation>
    </message>
    <message>
        <source>Select object %1 of the list</source>
        <translation>选择列表中的对象 %1</translation>
    </message>
    <message>
        <source>Class &amp;%1</source>
        <translation>类别 &amp;%1</translation>
    </message>
    <message>
        <source>Give the selected objects the class with the digit %1</source>
        <translation>把数字为 %1 的类别赋给所选对象</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>Click objects to select them</source>
        <translation>点击以选择对象</translation>
    </message>
    <message>
        <source>Draw an outline, or drag the corners of the selected one</source>
        <translation>绘制轮廓，或拖动所选轮廓的角点</translation>
    </message>
    <message>
        <source>Spli&amp;t</source>
        <translation>拆分(&amp;T)</translation>
    </message>
    <message>
        <source>Make an object of each part of the selected masks that lies apart</source>
        <translation>把所选掩码中各个分离的部分变成单独的对象</translation>
    </message>
    <message>
        <source>&amp;Open Weights File…</source>
        <translation>打开权重文件(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Words…</source>
        <translation>文字(&amp;W)…</translation>
    </message>
    <message>
        <source>Name a thing: it gets a mask</source>
        <translation>说出一个物体的名称：它会得到掩码</translation>
    </message>
    <message>
        <source>W&amp;hole Scene</source>
        <translation>整个场景(&amp;H)</translation>
    </message>
    <message>
        <source>Masks and classes for everything in the picture, as drafts</source>
        <translation>为图中的一切给出掩码和类别，作为草稿</translation>
    </message>
    <message>
        <source>P&amp;ropagate</source>
        <translation>传播(&amp;R)</translation>
    </message>
    <message>
        <source>Pl&amp;aying</source>
        <translation>播放(&amp;A)</translation>
    </message>
    <message>
        <source>Open Fil&amp;m…</source>
        <translation>打开视频(&amp;M)…</translation>
    </message>
    <message>
        <source>Open one or several films; frames are read from the file as it is</source>
        <translation>打开一个或多个视频；帧直接从原文件读取</translation>
    </message>
    <message>
        <source>Open Folder as Cl&amp;ip…</source>
        <translation>将文件夹作为片段打开(&amp;I)…</translation>
    </message>
    <message>
        <source>The pictures of a folder are the frames of one clip</source>
        <translation>文件夹中的图片就是一个片段的各帧</translation>
    </message>
    <message>
        <source>Write COCO, DAVIS, YouTube-VIS, MOTS, mask images or a film</source>
        <translation>写出 COCO、DAVIS、YouTube-VIS、MOTS、掩膜图像或视频</translation>
    </message>
    <message>
        <source>Next in the &amp;List</source>
        <translation>列表中的下一个(&amp;L)</translation>
    </message>
    <message>
        <source>Open the next image or clip of the list</source>
        <translation>打开列表中的下一张图像或下一个片段</translation>
    </message>
    <message>
        <source>Previous in the L&amp;ist</source>
        <translation>列表中的上一个(&amp;I)</translation>
    </message>
    <message>
        <source>Open the previous image or clip of the list</source>
        <translation>打开列表中的上一张图像或上一个片段</translation>
    </message>
    <message>
        <source>Next &amp;Confirmed Frame</source>
        <translation>下一个已确认帧(&amp;C)</translation>
    </message>
    <message>
        <source>Go to the next frame with a mask that a person made or accepted</source>
        <translation>转到下一个有人工绘制或接受的掩膜的帧</translation>
    </message>
    <message>
        <source>Pre&amp;vious Confirmed Frame</source>
        <translation>上一个已确认帧(&amp;V)</translation>
    </message>
    <message>
        <source>Go to the previous frame with a mask that a person made or accepted</source>
        <translation>转到上一个有人工绘制或接受的掩膜的帧</translation>
    </message>
    <message>
        <source>Next &amp;Doubtful Frame</source>
        <translation>下一个可疑帧(&amp;D)</translation>
    </message>
    <message>
        <source>Go to the next frame whose masks the model doubts</source>
        <translation>转到模型对掩膜存疑的下一帧</translation>
    </message>
    <message>
        <source>Previous D&amp;oubtful Frame</source>
        <translation>上一个可疑帧(&amp;O)</translation>
    </message>
    <message>
        <source>Go to the previous frame whose masks the model doubts</source>
        <translation>转到模型对掩膜存疑的上一帧</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>Play the clip forward, or stop; during a run: pause it</source>
        <translation>向前播放片段或停止；运行期间：暂停运行</translation>
    </message>
    <message>
        <source>Play &amp;Backward</source>
        <translation>倒放(&amp;B)</translation>
    </message>
    <message>
        <source>Play the clip backward, or stop</source>
        <translation>倒放片段或停止</translation>
    </message>
    <message>
        <source>&amp;Slower</source>
        <translation>减速(&amp;S)</translation>
    </message>
    <message>
        <source>Play at half the rate</source>
        <translation>以一半的速度播放</translation>
    </message>
    <message>
        <source>&amp;Faster</source>
        <translation>加速(&amp;F)</translation>
    </message>
    <message>
        <source>Play at twice the rate</source>
        <translation>以两倍的速度播放</translation>
    </message>
    <message>
        <source>Enlarge the &amp;Timeline</source>
        <translation>放大时间轴(&amp;T)</translation>
    </message>
    <message>
        <source>Enlarge the timeline at the playhead</source>
        <translation>在播放头处放大时间轴</translation>
    </message>
    <message>
        <source>Make the Timeline S&amp;maller</source>
        <translation>缩小时间轴(&amp;M)</translation>
    </message>
    <message>
        <source>See more of the clip on the timeline</source>
        <translation>在时间轴上看到片段的更多部分</translation>
    </message>
    <message>
        <source>&amp;Whole Timeline</source>
        <translation>整个时间轴(&amp;W)</translation>
    </message>
    <message>
        <source>See the whole clip on the timeline</source>
        <translation>在时间轴上显示整个片段</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>向前(&amp;F)</translation>
    </message>
    <message>
        <source>Carry the masks of this frame through the frames after it; of the selected objects, or of all</source>
        <translation>将本帧的掩膜传播到其后的各帧；针对所选对象，未选择时针对所有对象</translation>
    </message>
    <message>
        <source>&amp;Backward</source>
        <translation>向后(&amp;B)</translation>
    </message>
    <message>
        <source>Carry the masks of this frame through the frames before it</source>
        <translation>将本帧的掩膜传播到其前的各帧</translation>
    </message>
    <message>
        <source>Bo&amp;th Ways</source>
        <translation>双向(&amp;T)</translation>
    </message>
    <message>
        <source>Carry the masks of this frame through the whole clip</source>
        <translation>将本帧的掩膜传播到整个片段</translation>
    </message>
    <message>
        <source>&amp;Inside In and Out</source>
        <translation>在入点和出点之间(&amp;I)</translation>
    </message>
    <message>
        <source>Carry the masks of this frame both ways, as far as the marks In and Out</source>
        <translation>将本帧的掩膜双向传播，直到入点和出点</translation>
    </message>
    <message>
        <source>&amp;Run Again from Here</source>
        <translation>从这里重新运行(&amp;R)</translation>
    </message>
    <message>
        <source>Only this object, from this frame to the next one that is confirmed</source>
        <translation>仅针对此对象，从本帧到下一个已确认的帧</translation>
    </message>
    <message>
        <source>&amp;Pause the Run</source>
        <translation>暂停运行(&amp;P)</translation>
    </message>
    <message>
        <source>Hold the run that goes on, or let it go on</source>
        <translation>暂停正在进行的运行，或让它继续</translation>
    </message>
    <message>
        <source>&amp;Stop the Run</source>
        <translation>停止运行(&amp;S)</translation>
    </message>
    <message>
        <source>Stop the run; the frames that are finished stay</source>
        <translation>停止运行；已完成的帧会保留</translation>
    </message>
    <message>
        <source>Fo&amp;llow the Run</source>
        <translation>跟随运行(&amp;L)</translation>
    </message>
    <message>
        <source>Show each frame as the run comes to it</source>
        <translation>运行到哪一帧就显示哪一帧</translation>
    </message>
    <message>
        <source>Mark I&amp;n</source>
        <translation>标记入点(&amp;N)</translation>
    </message>
    <message>
        <source>The range begins at this frame</source>
        <translation>区间从本帧开始</translation>
    </message>
    <message>
        <source>Mark &amp;Out</source>
        <translation>标记出点(&amp;O)</translation>
    </message>
    <message>
        <source>The range ends at this frame</source>
        <translation>区间到本帧结束</translation>
    </message>
    <message>
        <source>Clear In an&amp;d Out</source>
        <translation>清除入点和出点(&amp;D)</translation>
    </message>
    <message>
        <source>The range is the whole clip</source>
        <translation>区间为整个片段</translation>
    </message>
    <message>
        <source>&amp;Confirm this Frame</source>
        <translation>确认本帧(&amp;C)</translation>
    </message>
    <message>
        <source>The masks of this frame are right: no run changes them</source>
        <translation>本帧的掩膜正确：任何运行都不会改动</translation>
    </message>
    <message>
        <source>Confirm the Ran&amp;ge</source>
        <translation>确认区间(&amp;G)</translation>
    </message>
    <message>
        <source>The masks between In and Out are right: no run changes them</source>
        <translation>入点与出点之间的掩膜正确：任何运行都不会改动</translation>
    </message>
    <message>
        <source>&amp;Absent in the Range</source>
        <translation>区间内不在画面中(&amp;A)</translation>
    </message>
    <message>
        <source>The selected objects are not in the picture between In and Out, or on this frame where these are not set</source>
        <translation>所选对象在入点与出点之间不在画面中；未设入点和出点时仅指本帧</translation>
    </message>
    <message>
        <source>Occl&amp;uded in the Range</source>
        <translation>区间内被遮挡(&amp;U)</translation>
    </message>
    <message>
        <source>The selected objects are hidden behind something between In and Out, or on this frame where these are not set</source>
        <translation>所选对象在入点与出点之间被其他物体遮挡；未设入点和出点时仅指本帧</translation>
    </message>
    <message>
        <source>D&amp;elete the Model&apos;s Masks</source>
        <translation>删除模型的掩膜(&amp;E)</translation>
    </message>
    <message>
        <source>Between In and Out; what a person made or confirmed stays</source>
        <translation>在入点与出点之间；人工绘制或确认的会保留</translation>
    </message>
    <message>
        <source>Pin this Frame in &amp;Memory</source>
        <translation>将本帧固定在记忆中(&amp;M)</translation>
    </message>
    <message>
        <source>The model keeps what it remembers of this frame</source>
        <translation>模型保留对本帧的记忆</translation>
    </message>
    <message>
        <source>Empt&amp;y the Memory</source>
        <translation>清空记忆(&amp;Y)</translation>
    </message>
    <message>
        <source>The model forgets the clip; it remembers confirmed frames again with the next run</source>
        <translation>模型忘记该片段；下次运行时会重新记住已确认的帧</translation>
    </message>
</context>
<context>
    <name>fs2::BoxTool</name>
    <message>
        <source>Box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>Drag a box: the selected masks are cut to it; Esc leaves them as they are</source>
        <translation>拖出方框：所选掩膜将被裁剪到其中；Esc 保持原样</translation>
    </message>
    <message>
        <source>Drag a box round an object; drag again to correct it, Enter accepts</source>
        <translation>在物体周围拖出方框；再次拖动可修正，Enter 接受</translation>
    </message>
    <message>
        <source>clip to box</source>
        <translation>裁剪到方框</translation>
    </message>
</context>
<context>
    <name>fs2::BrushTool</name>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Paint on the selected object, or a new one; right button erases, [ ] or Alt+wheel set the size</source>
        <translation>在所选对象或新对象上涂抹；右键擦除，[ ] 或 Alt+滚轮调整大小</translation>
    </message>
    <message>
        <source>Erase from the selected object; right button paints, [ ] or Alt+wheel set the size</source>
        <translation>从所选对象上擦除；右键涂抹，[ ] 或 Alt+滚轮调整大小</translation>
    </message>
    <message>
        <source>The selected object is locked</source>
        <translation>所选对象已锁定</translation>
    </message>
    <message>
        <source>The selected object is hidden</source>
        <translation>所选对象已隐藏</translation>
    </message>
    <message>
        <source>Select the object to erase from first</source>
        <translation>请先选择要擦除的对象</translation>
    </message>
    <message>
        <source>brush stroke</source>
        <translation>画笔笔画</translation>
    </message>
    <message>
        <source>eraser stroke</source>
        <translation>橡皮擦笔画</translation>
    </message>
</context>
<context>
    <name>fs2::Canvas</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>The open picture with the masks of its objects</source>
        <translation>打开的图片及其对象的掩膜</translation>
    </message>
    <message>
        <source>or press %1</source>
        <translation>或按 %1</translation>
    </message>
    <message>
        <source>Loading %1…</source>
        <translation>正在加载 %1…</translation>
    </message>
    <message>
        <source>Drop photos, films or a folder here</source>
        <translation>将照片、视频或文件夹拖放到这里</translation>
    </message>
</context>
<context>
    <name>fs2::CanvasBinding</name>
    <message>
        <source>There are no images in this folder. What is put into it appears here.</source>
        <translation>此文件夹中没有图像。放入的图像会出现在这里。</translation>
    </message>
    <message>
        <source>Frame %L1 is shown, %L2 is on its way</source>
        <translation>正在显示第 %L1 帧，第 %L2 帧即将到来</translation>
    </message>
</context>
<context>
    <name>fs2::ClassPanel</name>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Click: new objects and the selected ones get this class</source>
        <translation>点击：新对象和所选对象得到此类别</translation>
    </message>
    <message>
        <source>New class</source>
        <translation>新类别</translation>
    </message>
    <message>
        <source>Name of a new class</source>
        <translation>新类别的名称</translation>
    </message>
    <message>
        <source>Add the class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>重命名(&amp;R)</translation>
    </message>
    <message>
        <source>C&amp;olour…</source>
        <translation>颜色(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Digit</source>
        <translation>数字(&amp;D)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>删除(&amp;L)</translation>
    </message>
</context>
<context>
    <name>fs2::ClickTool</name>
    <message>
        <source>Click</source>
        <translation>点击</translation>
    </message>
    <message>
        <source>Left click adds to the object, right or Shift+click takes away, Shift+drag is a box, Enter accepts</source>
        <translation>左键添加到对象，右键或 Shift+点击去除，Shift+拖动为方框，Enter 接受</translation>
    </message>
    <message>
        <source>Left click takes away from the object, right or Shift+click adds, Shift+drag is a box, Enter accepts</source>
        <translation>左键从对象中去除，右键或 Shift+点击添加，Shift+拖动为方框，Enter 接受</translation>
    </message>
</context>
<context>
    <name>fs2::ClipCommands</name>
    <message>
        <source>Nothing on this frame waits to be confirmed.</source>
        <translation>本帧没有等待确认的内容。</translation>
    </message>
    <message>
        <source>Nothing in the range waits to be confirmed.</source>
        <translation>区间内没有等待确认的内容。</translation>
    </message>
    <message>
        <source>The range has no masks of the model.</source>
        <translation>区间内没有模型生成的掩膜。</translation>
    </message>
    <message>
        <source>Plays at %1 times the clip&apos;s rate.</source>
        <translation>以片段速度的 %1 倍播放。</translation>
    </message>
    <message>
        <source>No confirmed frame comes after this one.</source>
        <translation>此后没有已确认的帧。</translation>
    </message>
    <message>
        <source>No confirmed frame comes before this one.</source>
        <translation>此前没有已确认的帧。</translation>
    </message>
    <message>
        <source>No doubtful frame comes after this one.</source>
        <translation>此后没有可疑的帧。</translation>
    </message>
    <message>
        <source>No doubtful frame comes before this one.</source>
        <translation>此前没有可疑的帧。</translation>
    </message>
    <message>
        <source>Nothing changed: select an object that is not locked.</source>
        <translation>没有改变：请选择一个未锁定的对象。</translation>
    </message>
    <message>
        <source>Frame %1 is confirmed: the next run remembers it.</source>
        <translation>第 %1 帧已确认：下次运行会记住它。</translation>
    </message>
    <message>
        <source>Frame %1 is pinned in memory.</source>
        <translation>第 %1 帧已固定在记忆中。</translation>
    </message>
    <message>
        <source>&amp;Next Image</source>
        <translation>下一张图像(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next Frame</source>
        <translation>下一帧(&amp;N)</translation>
    </message>
    <message>
        <source>Open the next image of the list</source>
        <translation>打开列表中的下一张图像</translation>
    </message>
    <message>
        <source>One frame forward</source>
        <translation>前进一帧</translation>
    </message>
    <message>
        <source>&amp;Previous Image</source>
        <translation>上一张图像(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous Frame</source>
        <translation>上一帧(&amp;P)</translation>
    </message>
    <message>
        <source>Open the previous image of the list</source>
        <translation>打开列表中的上一张图像</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>后退一帧</translation>
    </message>
    <message>
        <source>&amp;Ten Forward</source>
        <translation>前进十张(&amp;T)</translation>
    </message>
    <message>
        <source>Ten images forward</source>
        <translation>前进十张图像</translation>
    </message>
    <message>
        <source>Ten frames forward</source>
        <translation>前进十帧</translation>
    </message>
    <message>
        <source>Te&amp;n Back</source>
        <translation>后退十张(&amp;N)</translation>
    </message>
    <message>
        <source>Ten images back</source>
        <translation>后退十张图像</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>后退十帧</translation>
    </message>
    <message>
        <source>&amp;First Image</source>
        <translation>第一张图像(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;First Frame</source>
        <translation>第一帧(&amp;F)</translation>
    </message>
    <message>
        <source>Open the first image of the list</source>
        <translation>打开列表中的第一张图像</translation>
    </message>
    <message>
        <source>To the clip&apos;s start</source>
        <translation>到片段开头</translation>
    </message>
    <message>
        <source>&amp;Last Image</source>
        <translation>最后一张图像(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Last Frame</source>
        <translation>最后一帧(&amp;L)</translation>
    </message>
    <message>
        <source>Open the last image of the list</source>
        <translation>打开列表中的最后一张图像</translation>
    </message>
    <message>
        <source>To the clip&apos;s end</source>
        <translation>到片段结尾</translation>
    </message>
    <message>
        <source>&amp;Go to Number…</source>
        <translation>转到编号(&amp;G)…</translation>
    </message>
    <message>
        <source>&amp;Go to Frame…</source>
        <translation>转到帧(&amp;G)…</translation>
    </message>
    <message>
        <source>Open an image by its number</source>
        <translation>按编号打开图像</translation>
    </message>
    <message>
        <source>Type a frame number or a time</source>
        <translation>输入帧号或时间</translation>
    </message>
    <message>
        <source>The model does not carry masks through a film.</source>
        <translation>该模型不能在视频中传播掩膜。</translation>
    </message>
</context>
<context>
    <name>fs2::ClipSession</name>
    <message>
        <source>Pinned: it always conditions what follows.</source>
        <translation>已固定：始终作为后续帧的依据。</translation>
    </message>
    <message>
        <source>Pinned, and far away: read again when a run comes near.</source>
        <translation>已固定但距离较远：运行接近时会重新读取。</translation>
    </message>
    <message>
        <source>One of the latest frames.</source>
        <translation>最近的帧之一。</translation>
    </message>
    <message>
        <source>Not yet the oldest.</source>
        <translation>还不是最旧的。</translation>
    </message>
    <message>
        <source>Among the best masks.</source>
        <translation>属于质量最好的掩膜。</translation>
    </message>
    <message>
        <source>A good mask, unlike the others.</source>
        <translation>质量好且与其他不同的掩膜。</translation>
    </message>
    <message>
        <source>The clip is still loading.</source>
        <translation>片段仍在加载。</translation>
    </message>
    <message>
        <source>This model does not propagate through video.</source>
        <translation>该模型不能在视频中传播。</translation>
    </message>
    <message>
        <source>No object has a mask to start from: click one, or unlock it.</source>
        <translation>没有对象有可作为起点的掩膜：请点击一个对象，或将其解锁。</translation>
    </message>
    <message>
        <source>The range is empty.</source>
        <translation>区间为空。</translation>
    </message>
    <message>
        <source>Propagate</source>
        <translation>传播</translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s) could not be decoded and were left out.</source>
        <translation>
            <numerusform>有 %n 帧无法解码，已略过。</numerusform>
        </translation>
    </message>
    <message>
        <source>Read %1</source>
        <translation>读取 %1</translation>
    </message>
    <message>
        <source>The film ends early: it opens up to where it breaks.</source>
        <translation>视频提前结束：只打开到损坏处。</translation>
    </message>
</context>
<context>
    <name>fs2::CommandSearch</name>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>New: %1</source>
        <translation>新建：%1</translation>
    </message>
</context>
<context>
    <name>fs2::Commands</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>This is the last image.</source>
        <translation>这是最后一张图像。</translation>
    </message>
    <message>
        <source>Go to Image</source>
        <translation>转到图像</translation>
    </message>
    <message>
        <source>Number in the list, 1 to %1:</source>
        <translation>列表中的编号，1 到 %1：</translation>
    </message>
    <message>
        <source>Stop the Job</source>
        <translation>停止任务</translation>
    </message>
    <message>
        <source>Stop “%1”?</source>
        <translation>停止“%1”？</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>What is to be masked:</source>
        <translation>要标注的内容：</translation>
    </message>
</context>
<context>
    <name>fs2::DisplayPanel</name>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>伽马</translation>
    </message>
    <message>
        <source>Mask opacity</source>
        <translation>掩膜不透明度</translation>
    </message>
    <message>
        <source>Fill masks</source>
        <translation>填充掩膜</translation>
    </message>
    <message>
        <source>Outline masks</source>
        <translation>掩膜轮廓</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Pixel grid when near</source>
        <translation>放大时显示像素网格</translation>
    </message>
    <message>
        <source>As It Was</source>
        <translation>恢复原样</translation>
    </message>
    <message>
        <source>Brightness, contrast, gamma and masks as at first</source>
        <translation>亮度、对比度、伽马和掩膜恢复初始状态</translation>
    </message>
</context>
<context>
    <name>fs2::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>COCO: polygons, RLE where a mask has a hole</source>
        <translation>COCO：多边形，有孔的掩膜用 RLE</translation>
    </message>
    <message>
        <source>COCO: RLE always</source>
        <translation>COCO：始终 RLE</translation>
    </message>
    <message>
        <source>Choose where to write</source>
        <translation>选择写入位置</translation>
    </message>
    <message>
        <source>Accepted objects only, no drafts</source>
        <translation>仅已接受的对象，不含草稿</translation>
    </message>
    <message>
        <source>Only images that are done</source>
        <translation>仅已完成的图像</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>到(&amp;T)</translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation>仅 %1</translation>
    </message>
</context>
<context>
    <name>fs2::FaultBar</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>fs2::HelpDialog</name>
    <message>
        <source>First Minute</source>
        <translation>第一分钟</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Open&lt;/h3&gt;&lt;p&gt;Drop images or a folder onto the window, or press Ctrl+U. Everything you do is saved by itself into one file beside the images.&lt;/p&gt;&lt;h3&gt;Click&lt;/h3&gt;&lt;p&gt;Rest the cursor on a thing: a dashed outline shows what a click would give. Left click takes the thing. Where too little is covered, left click there; where too much, right click (or Shift+click). A click on an existing point removes it. S steps through part, whole and more.&lt;/p&gt;&lt;h3&gt;Keep&lt;/h3&gt;&lt;p&gt;Enter or N keeps the object, and the next click begins another one. Esc drops the draft.&lt;/p&gt;&lt;h3&gt;Name&lt;/h3&gt;&lt;p&gt;Add classes at the right; Ctrl+1 to Ctrl+9 give them to the selected objects. The class that is chosen in the list goes to new objects.&lt;/p&gt;&lt;h3&gt;Refine&lt;/h3&gt;&lt;p&gt;R drags a box, P draws a polygon, B paints, X rubs out; the clean-up commands are in the Object menu. Select an object and its clicks are there again: go on where you stopped. Ctrl+Z takes back any step.&lt;/p&gt;&lt;h3&gt;Go on&lt;/h3&gt;&lt;p&gt;D and A open the next and the previous image, Ctrl+Enter marks the image as done.&lt;/p&gt;&lt;h3&gt;Export&lt;/h3&gt;&lt;p&gt;Ctrl+Shift+E writes a COCO file or mask images.&lt;/p&gt;&lt;p&gt;? shows all keys, Ctrl+Shift+P finds every command.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;打开&lt;/h3&gt;&lt;p&gt;把图像或文件夹拖到窗口上，或按 Ctrl+U。您所做的一切都会自动保存到图像旁边的一个文件中。&lt;/p&gt;&lt;h3&gt;点击&lt;/h3&gt;&lt;p&gt;让光标停在物体上：虚线轮廓显示点击会得到的结果。左键点击选取物体。覆盖太少时，在缺少处左键点击；太多时，右键点击（或 Shift+点击）。点击已有的点会将其删除。S 键在部分、整体和更多之间切换。&lt;/p&gt;&lt;h3&gt;保留&lt;/h3&gt;&lt;p&gt;Enter 或 N 保留对象，下一次点击开始新对象。Esc 丢弃草稿。&lt;/p&gt;&lt;h3&gt;命名&lt;/h3&gt;&lt;p&gt;在右侧添加类别；Ctrl+1 至 Ctrl+9 把它们赋给所选对象。列表中选中的类别会赋给新对象。&lt;/p&gt;&lt;h3&gt;细化&lt;/h3&gt;&lt;p&gt;R 拖出方框，P 画多边形，B 涂抹，X 擦除；清理命令在“对象”菜单中。选中一个对象，它的点击点会再次出现：从停下的地方继续。Ctrl+Z 撤销任何一步。&lt;/p&gt;&lt;h3&gt;继续&lt;/h3&gt;&lt;p&gt;D 和 A 打开下一张和上一张图像，Ctrl+Enter 把图像标记为完成。&lt;/p&gt;&lt;h3&gt;导出&lt;/h3&gt;&lt;p&gt;Ctrl+Shift+E 写出 COCO 文件或掩膜图像。&lt;/p&gt;&lt;p&gt;? 显示所有按键，Ctrl+Shift+P 查找任何命令。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Films&lt;/h3&gt;&lt;p&gt;Drop a film onto the window, click a thing on the first frame and press F: its mask runs through the film. Where it slips, go there, click once to correct and press Ctrl+R: only what depends on it is run again; J goes to the next frame that the model doubts. Press N and click to add another thing on any frame. Esc stops a run, what is finished stays, and Ctrl+Z takes a whole run back.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;视频&lt;/h3&gt;&lt;p&gt;将视频拖放到窗口，在第一帧点击物体并按 F：其掩膜会贯穿整个视频。在出错处点击一次修正并按 Ctrl+R：只重新运行受其影响的部分；J 转到模型存疑的下一帧。按 N 后在任意帧点击即可添加另一个物体。Esc 停止运行，已完成的会保留；Ctrl+Z 撤销整次运行。&lt;/p&gt;</translation>
    </message>
</context>
<context>
    <name>fs2::ImagePanel</name>
    <message>
        <source>Not begun</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>State of the image</source>
        <translation>图像状态</translation>
    </message>
    <message>
        <source>Skip this image</source>
        <translation>跳过此图像</translation>
    </message>
    <message>
        <source>night, rain, …</source>
        <translation>夜晚，雨，…</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>标签，用逗号分隔</translation>
    </message>
    <message>
        <source>Note about the image</source>
        <translation>图像备注</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 像素</translation>
    </message>
</context>
<context>
    <name>fs2::ItemDelegate</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n 个对象</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n 帧</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::ItemPanel</name>
    <message>
        <source>Filter by name, tag or note</source>
        <translation>按名称、标签或备注筛选</translation>
    </message>
    <message>
        <source>All images</source>
        <translation>所有图像</translation>
    </message>
    <message>
        <source>Unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Not begun</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Show images of this state</source>
        <translation>显示此状态的图像</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>%1 of %2 done</source>
        <translation>已完成 %1 / %2</translation>
    </message>
    <message>
        <source> · %1 shown</source>
        <translation> · 显示 %1</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Do not skip</source>
        <translation>不跳过</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message numerus="yes">
        <source>Tags of %n image(s), with commas between:</source>
        <translation>
            <numerusform>%n 张图像的标签，以逗号分隔：</numerusform>
        </translation>
    </message>
    <message>
        <source>Tags…</source>
        <translation>标签…</translation>
    </message>
</context>
<context>
    <name>fs2::KeyEditor</name>
    <message>
        <source>Key layout</source>
        <translation>按键布局</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新按键</translation>
    </message>
    <message>
        <source>&amp;Use This Key</source>
        <translation>使用此键(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;No Key</source>
        <translation>无按键(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Reset</source>
        <translation>重置(&amp;R)</translation>
    </message>
    <message>
        <source>The key of the layout again</source>
        <translation>恢复布局中的按键</translation>
    </message>
    <message>
        <source>&amp;Take It Over</source>
        <translation>改归此命令(&amp;T)</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Choose a command first.</source>
        <translation>请先选择命令。</translation>
    </message>
    <message>
        <source>Press the new key first.</source>
        <translation>请先按下新按键。</translation>
    </message>
    <message>
        <source>%1 belongs to “%2”.</source>
        <translation>%1 属于“%2”。</translation>
    </message>
</context>
<context>
    <name>fs2::MainWindow</name>
    <message>
        <source>Not saved</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>The latest changes are not saved yet: %1</source>
        <translation>最近的修改尚未保存：%1</translation>
    </message>
    <message>
        <source>Keep open</source>
        <translation>保持打开</translation>
    </message>
    <message>
        <source>Close and lose them</source>
        <translation>关闭并丢弃</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Size of brush and eraser in picture pixels</source>
        <translation>画笔和橡皮擦的大小（图片像素）</translation>
    </message>
    <message>
        <source>Open Images</source>
        <translation>打开图像</translation>
    </message>
    <message>
        <source>Images (*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp);;All files (*)</source>
        <translation>图像 (*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Reading the folder…</source>
        <translation>正在读取文件夹…</translation>
    </message>
    <message>
        <source>The folder cannot be written: the work is kept in %1</source>
        <translation>文件夹不可写：工作保存在 %1</translation>
    </message>
    <message>
        <source>The keys could not be read; the default keys are used.</source>
        <translation>无法读取按键；使用默认按键。</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>The sample pictures are not beside the program.</source>
        <translation>程序旁边没有示例图片。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>Open Films</source>
        <translation>打开视频</translation>
    </message>
    <message>
        <source>Films (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.mpg *.mpeg *.ts *.mts *.m2ts *.ogv *.wmv *.flv *.mxf *.gif);;All files (*)</source>
        <translation>视频 (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.mpg *.mpeg *.ts *.mts *.m2ts *.ogv *.wmv *.flv *.mxf *.gif);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open Folder as Clip</source>
        <translation>将文件夹作为片段打开</translation>
    </message>
    <message>
        <source>It is written, but the format cannot hold all of it.</source>
        <translation>已写入，但该格式无法容纳全部内容。</translation>
    </message>
</context>
<context>
    <name>fs2::MemoryPanel</name>
    <message>
        <source>What the model remembers</source>
        <translation>模型记住的内容</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Pin: never forget this</source>
        <translation>固定：永不忘记</translation>
    </message>
    <message>
        <source>Evict: forget this</source>
        <translation>移除：忘记此项</translation>
    </message>
    <message>
        <source>Go to the frame</source>
        <translation>转到该帧</translation>
    </message>
    <message>
        <source>fifo: the oldest leaves</source>
        <translation>fifo：最旧的先离开</translation>
    </message>
    <message>
        <source>quality: the poorest leaves</source>
        <translation>quality：质量最差的先离开</translation>
    </message>
    <message>
        <source>adaptive: the poorest and most alike leaves</source>
        <translation>adaptive：最差且最相似的先离开</translation>
    </message>
    <message>
        <source>Entries that each object keeps for long, pinned ones among them</source>
        <translation>每个对象长期保留的条目数，包括固定的</translation>
    </message>
    <message>
        <source>The latest entries that each object keeps</source>
        <translation>每个对象保留的最近条目数</translation>
    </message>
    <message>
        <source>Frames from one entry to the next</source>
        <translation>相邻条目之间的帧数</translation>
    </message>
    <message>
        <source>&amp;policy</source>
        <translation>策略 policy(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;long</source>
        <translation>长期 long(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;short</source>
        <translation>短期 short(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;every</source>
        <translation>间隔 every(&amp;E)</translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n 帧</numerusform>
        </translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>short</source>
        <translation>短期</translation>
    </message>
    <message>
        <source>long</source>
        <translation>长期</translation>
    </message>
    <message>
        <source>The model remembers nothing of this clip yet. Propagate a mask: what it keeps is listed here.</source>
        <translation>模型还没有记住该片段的任何内容。传播一个掩膜后，它保留的内容会列在这里。</translation>
    </message>
    <message>
        <source>Open a film: what the model remembers of it is listed here.</source>
        <translation>打开一个视频：模型记住的内容会列在这里。</translation>
    </message>
</context>
<context>
    <name>fs2::ModelMenu</name>
    <message>
        <source>clicks that take away: the mask of the click itself is subtracted</source>
        <translation>减去的点击：减去该点击自身的掩码</translation>
    </message>
    <message>
        <source>clicks that take away</source>
        <translation>减去的点击</translation>
    </message>
    <message>
        <source>clicks that add</source>
        <translation>添加的点击</translation>
    </message>
    <message>
        <source>boxes</source>
        <translation>框</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>memory through video</source>
        <translation>视频记忆</translation>
    </message>
    <message>
        <source>whole scenes (panoptic)</source>
        <translation>整个场景（全景）</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>comes with the program</source>
        <translation>随程序附带</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Open Weights File</source>
        <translation>打开权重文件</translation>
    </message>
    <message>
        <source>%1 cannot do this</source>
        <translation>%1 不支持此操作</translation>
    </message>
    <message>
        <source>%1 never learned such clicks: the mask of the click itself is subtracted, unless a click that adds lies in it</source>
        <translation>%1 未学习过此类点击：会减去该点击自身的掩码，除非其中有添加的点击</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pth *.pt)</source>
        <translation>权重 (*.safetensors *.pth *.pt)</translation>
    </message>
</context>
<context>
    <name>fs2::ObjectActions</name>
    <message>
        <source>Select an object first</source>
        <translation>请先选择对象</translation>
    </message>
    <message>
        <source>Nothing to change: %1</source>
        <translation>无需更改：%1</translation>
    </message>
    <message>
        <source>fill holes</source>
        <translation>填充孔洞</translation>
    </message>
    <message>
        <source>drop islands</source>
        <translation>去除孤岛</translation>
    </message>
    <message>
        <source>smooth</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>grow</source>
        <translation>扩大</translation>
    </message>
    <message>
        <source>shrink</source>
        <translation>收缩</translation>
    </message>
</context>
<context>
    <name>fs2::ObjectCommands</name>
    <message>
        <source>The selected masks are each of one piece.</source>
        <translation>所选掩码都是一整块。</translation>
    </message>
    <message>
        <source>There is no object %1.</source>
        <translation>没有对象 %1。</translation>
    </message>
    <message>
        <source>No class</source>
        <translation>无类别</translation>
    </message>
    <message>
        <source>Class of the selected objects</source>
        <translation>所选对象的类别</translation>
    </message>
    <message>
        <source>No class has the digit %1.</source>
        <translation>没有数字为 %1 的类别。</translation>
    </message>
</context>
<context>
    <name>fs2::ObjectListModel</name>
    <message>
        <source>%1 object</source>
        <translation>对象 %1</translation>
    </message>
</context>
<context>
    <name>fs2::ObjectPanel</name>
    <message>
        <source>Objects of the image</source>
        <translation>图像的对象</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n 个对象</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>已选 %1 / %2</translation>
    </message>
    <message>
        <source>No mask yet</source>
        <translation>尚无掩膜</translation>
    </message>
    <message>
        <source>%L1 pixels</source>
        <translation>%L1 像素</translation>
    </message>
    <message>
        <source> · score %1</source>
        <translation> · 得分 %1</translation>
    </message>
    <message>
        <source> · draft</source>
        <translation> · 草稿</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>重命名(&amp;R)</translation>
    </message>
    <message>
        <source>C&amp;olour…</source>
        <translation>颜色(&amp;O)…</translation>
    </message>
    <message>
        <source>Colour of the &amp;Class</source>
        <translation>使用类别颜色(&amp;C)</translation>
    </message>
    <message>
        <source>No objects yet: click on a thing in the picture</source>
        <translation>还没有对象：请点击图中的物体</translation>
    </message>
    <message>
        <source>No mask on this frame</source>
        <translation>本帧没有掩膜</translation>
    </message>
    <message>
        <source>Absent on this frame</source>
        <translation>本帧不在画面中</translation>
    </message>
    <message>
        <source>Occluded on this frame</source>
        <translation>本帧被遮挡</translation>
    </message>
    <message>
        <source> · by the model</source>
        <translation> · 由模型生成</translation>
    </message>
</context>
<context>
    <name>fs2::PolygonTool</name>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Click the corners; Enter, double click or the first corner closes, Backspace takes one back</source>
        <translation>逐点点击；Enter、双击或点击首个角点闭合，Backspace 退回一个</translation>
    </message>
    <message>
        <source>Drag a vertex or a line, right click removes a vertex; click elsewhere to draw anew</source>
        <translation>拖动顶点或边，右键删除顶点；点击别处重新绘制</translation>
    </message>
    <message>
        <source>Click the corners of a new object, or select an object to edit its vertices</source>
        <translation>逐点绘制新对象，或选择对象编辑其顶点</translation>
    </message>
    <message>
        <source>remove vertex</source>
        <translation>删除顶点</translation>
    </message>
    <message>
        <source>polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>move vertex</source>
        <translation>移动顶点</translation>
    </message>
</context>
<context>
    <name>fs2::SelectTool</name>
    <message>
        <source>Select</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Click an object to select it, Ctrl+click to add or take away, right click for its menu</source>
        <translation>点击选择对象，Ctrl+点击增减选择，右键打开菜单</translation>
    </message>
</context>
<context>
    <name>fs2::Session</name>
    <message>
        <source>The folder is gone. Changes are kept until it is back.</source>
        <translation>文件夹已不存在。更改会保留到它恢复为止。</translation>
    </message>
    <message>
        <source>The picture has another size than its masks: they were fitted to it.</source>
        <translation>图片尺寸与其掩膜不同：已调整掩膜以适应。</translation>
    </message>
    <message>
        <source>Export COCO</source>
        <translation>导出 COCO</translation>
    </message>
    <message>
        <source>Export masks</source>
        <translation>导出掩膜</translation>
    </message>
    <message>
        <source>%1 objects in %2 images written to %3.</source>
        <translation>已将 %2 张图像中的 %1 个对象写入 %3。</translation>
    </message>
    <message>
        <source>%1 images could not be read and were left out.</source>
        <translation>%1 张图像无法读取，已略过。</translation>
    </message>
    <message>
        <source>remove clicks</source>
        <translation>删除点击</translation>
    </message>
    <message>
        <source>The picture is still loading.</source>
        <translation>图片仍在加载。</translation>
    </message>
    <message>
        <source>The object is locked.</source>
        <translation>对象已锁定。</translation>
    </message>
    <message>
        <source>The model found nothing here.</source>
        <translation>模型在此处未找到物体。</translation>
    </message>
    <message>
        <source>Other objects have all of these pixels.</source>
        <translation>这些像素都属于其他对象。</translation>
    </message>
    <message>
        <source>Label the scene</source>
        <translation>标注场景</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) found: accept or drop them.</source>
        <translation>
            <numerusform>找到 %n 个对象：请接受或丢弃。</numerusform>
        </translation>
    </message>
    <message>
        <source>COCO</source>
        <translation>COCO</translation>
    </message>
    <message>
        <source>PNG masks</source>
        <translation>PNG 掩膜</translation>
    </message>
    <message>
        <source>DAVIS</source>
        <translation>DAVIS</translation>
    </message>
    <message>
        <source>YouTube-VIS</source>
        <translation>YouTube-VIS</translation>
    </message>
    <message>
        <source>MOTS</source>
        <translation>MOTS</translation>
    </message>
    <message>
        <source>Overlay film</source>
        <translation>叠加视频</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出 %1</translation>
    </message>
    <message>
        <source>%1 objects in %2 frames written to %3.</source>
        <translation>已将 %2 帧中的 %1 个对象写入 %3。</translation>
    </message>
    <message>
        <source>The frame is still loading.</source>
        <translation>该帧仍在加载。</translation>
    </message>
</context>
<context>
    <name>fs2::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>&amp;General</source>
        <translation>常规(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>按键(&amp;K)</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>The newest object takes the pixels</source>
        <translation>最新的对象占有像素</translation>
    </message>
    <message>
        <source>Objects that are there keep their pixels</source>
        <translation>已有对象保留其像素</translation>
    </message>
    <message>
        <source>Masks may overlap</source>
        <translation>掩膜可以重叠</translation>
    </message>
    <message>
        <source>Where &amp;masks meet</source>
        <translation>掩膜相遇处(&amp;M)</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Memory for &amp;undo</source>
        <translation>撤销所用内存(&amp;U)</translation>
    </message>
    <message>
        <source>The &amp;wheel scrolls; Ctrl+wheel zooms</source>
        <translation>滚轮滚动；Ctrl+滚轮缩放(&amp;W)</translation>
    </message>
    <message>
        <source>Show the mask under the cursor &amp;before the click</source>
        <translation>点击前显示光标下的掩膜(&amp;B)</translation>
    </message>
    <message>
        <source>Automatic (the first GPU, else CPU)</source>
        <translation>自动（第一个 GPU，否则 CPU）</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>设备(&amp;D)</translation>
    </message>
    <message>
        <source>The weights that come with the program</source>
        <translation>程序自带的权重</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>权重(&amp;W)</translation>
    </message>
    <message>
        <source>By device (GPU 1024, CPU 640)</source>
        <translation>按设备（GPU 1024，CPU 640）</translation>
    </message>
    <message>
        <source>%1 pixels</source>
        <translation>%1 像素</translation>
    </message>
    <message>
        <source>Long side at which the model sees a picture: larger is finer and slower</source>
        <translation>模型所见图片的长边：越大越精细，也越慢</translation>
    </message>
    <message>
        <source>Working &amp;size</source>
        <translation>工作尺寸(&amp;S)</translation>
    </message>
    <message>
        <source>Pictures seen of late are kept ready for clicks in this much memory</source>
        <translation>用这么多内存让最近看过的图片随时可点击</translation>
    </message>
    <message>
        <source>Memory for &amp;pictures</source>
        <translation>图片所用内存(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Refine edges on the original picture</source>
        <translation>在原图上细化边缘(&amp;R)</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pth *.pt)</source>
        <translation>权重 (*.safetensors *.pth *.pt)</translation>
    </message>
    <message>
        <source>None: the model takes no words</source>
        <translation>无：模型不接受文字</translation>
    </message>
    <message>
        <source>&amp;Text model</source>
        <translation>文本模型(&amp;T)</translation>
    </message>
    <message>
        <source>By its file</source>
        <translation>由文件判断</translation>
    </message>
    <message>
        <source>GELU, as LAION&apos;s models</source>
        <translation>GELU（LAION 的模型）</translation>
    </message>
    <message>
        <source>QuickGELU, as OpenAI&apos;s models</source>
        <translation>QuickGELU（OpenAI 的模型）</translation>
    </message>
    <message>
        <source>The function that the text model was trained with. Its file does not always say which; with the wrong one words find the wrong things</source>
        <translation>文本模型训练时所用的激活函数。文件并不总会说明；选错了，文字会找到错误的东西</translation>
    </message>
    <message>
        <source>Text model&apos;s &amp;function</source>
        <translation>文本模型的激活函数(&amp;F)</translation>
    </message>
    <message>
        <source>OpenCLIP (*.safetensors *.pt *.bin)</source>
        <translation>OpenCLIP (*.safetensors *.pt *.bin)</translation>
    </message>
    <message>
        <source>&amp;Class table</source>
        <translation>类别表(&amp;C)</translation>
    </message>
    <message>
        <source>Tables (*.safetensors *.pth *.npy)</source>
        <translation>表 (*.safetensors *.pth *.npy)</translation>
    </message>
    <message>
        <source>cat, cup/mug, stuff: sky; empty = the table&apos;s own</source>
        <translation>cat, cup/mug, stuff: sky；留空 = 用表中的</translation>
    </message>
    <message>
        <source>C&amp;lasses of scenes</source>
        <translation>场景的类别(&amp;L)</translation>
    </message>
</context>
<context>
    <name>fs2::ShortcutSheet</name>
    <message>
        <source>left click</source>
        <translation>左键点击</translation>
    </message>
    <message>
        <source>add to the object</source>
        <translation>添加到对象</translation>
    </message>
    <message>
        <source>right click, Shift+click</source>
        <translation>右键点击，Shift+点击</translation>
    </message>
    <message>
        <source>take away from the object</source>
        <translation>从对象中去除</translation>
    </message>
    <message>
        <source>click a point</source>
        <translation>点击一个点</translation>
    </message>
    <message>
        <source>remove it</source>
        <translation>删除该点</translation>
    </message>
    <message>
        <source>Shift+drag</source>
        <translation>Shift+拖动</translation>
    </message>
    <message>
        <source>box</source>
        <translation>方框</translation>
    </message>
    <message>
        <source>wheel, Ctrl+wheel</source>
        <translation>滚轮，Ctrl+滚轮</translation>
    </message>
    <message>
        <source>zoom at the cursor</source>
        <translation>以光标为中心缩放</translation>
    </message>
    <message>
        <source>Shift+wheel</source>
        <translation>Shift+滚轮</translation>
    </message>
    <message>
        <source>scroll sideways</source>
        <translation>横向滚动</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>空格+拖动，中键拖动</translation>
    </message>
    <message>
        <source>move the picture</source>
        <translation>移动图片</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>Keys and Mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>drag on the timeline</source>
        <translation>在时间轴上拖动</translation>
    </message>
    <message>
        <source>go through the clip</source>
        <translation>浏览片段</translation>
    </message>
    <message>
        <source>wheel on the timeline</source>
        <translation>在时间轴上滚动滚轮</translation>
    </message>
    <message>
        <source>enlarge it at the cursor</source>
        <translation>以光标为中心缩放</translation>
    </message>
</context>
<context>
    <name>fs2::StartPage</name>
    <message>
        <source>Recent work</source>
        <translation>最近的工作</translation>
    </message>
    <message>
        <source>Drop images, films or a folder here, or open:</source>
        <translation>将图像、视频或文件夹拖放到这里，或打开：</translation>
    </message>
</context>
<context>
    <name>fs2::StatusLine</name>
    <message>
        <source>Pixel under the cursor</source>
        <translation>光标处的像素</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Time of the last click</source>
        <translation>上次点击用时</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>任务进度</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>Weights: %1 (%2)</source>
        <translation>权重：%1 (%2)</translation>
    </message>
    <message>
        <source>last click %1 ms</source>
        <translation>上次点击 %1 毫秒</translation>
    </message>
    <message>
        <source>saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>saved %1</source>
        <translation>%1 已保存</translation>
    </message>
    <message>
        <source>no changes</source>
        <translation>无更改</translation>
    </message>
    <message>
        <source> · %1 left</source>
        <translation> · 剩余 %1</translation>
    </message>
    <message>
        <source> · paused</source>
        <translation> · 已暂停</translation>
    </message>
    <message>
        <source> · waits for the model</source>
        <translation> · 等待模型</translation>
    </message>
    <message>
        <source> · %L1 frames/s</source>
        <translation> · %L1 帧/秒</translation>
    </message>
</context>
<context>
    <name>fs2::TimelineBinding</name>
    <message>
        <source>the model is unsure of the mask</source>
        <translation>模型对掩膜没有把握</translation>
    </message>
    <message>
        <source>memory and a fresh look disagree; perhaps it is hidden</source>
        <translation>记忆与重新检测不一致；可能被遮挡</translation>
    </message>
    <message>
        <source>the size jumps</source>
        <translation>大小突变</translation>
    </message>
    <message>
        <source>two objects may have changed places</source>
        <translation>两个对象可能互换了</translation>
    </message>
    <message>
        <source>it is unsure whether it is seen</source>
        <translation>不确定它是否可见</translation>
    </message>
    <message>
        <source>no doubt</source>
        <translation>无疑问</translation>
    </message>
    <message>
        <source>%1: %2 (%3 %)</source>
        <translation>%1：%2（%3 %）</translation>
    </message>
</context>
<context>
    <name>fs2::TimelineView</name>
    <message>
        <source>Doubt</source>
        <translation>可疑度</translation>
    </message>
    <message>
        <source>Open a film, or a folder of frames as a clip: its timeline appears here.</source>
        <translation>打开一个视频，或将帧文件夹作为片段打开：其时间轴会显示在这里。</translation>
    </message>
    <message>
        <source>Click a thing in the picture: it gets a lane here. Then carry its mask through the film: Propagate, Forward.</source>
        <translation>点击画面中的物体：它会在这里得到一条轨道。然后将其掩膜传播到整个视频：“传播”→“向前”。</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>Frame %L1 of %L2</source>
        <translation>第 %L1 帧，共 %L2 帧</translation>
    </message>
    <message>
        <source>, range %L1 to %L2</source>
        <translation>，区间 %L1 到 %L2</translation>
    </message>
    <message>
        <source>Frame %L1 · %2</source>
        <translation>第 %L1 帧 · %2</translation>
    </message>
    <message>
        <source>no mask</source>
        <translation>无掩膜</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>by the model</source>
        <translation>由模型生成</translation>
    </message>
    <message>
        <source>absent</source>
        <translation>不在画面中</translation>
    </message>
    <message>
        <source>occluded</source>
        <translation>被遮挡</translation>
    </message>
    <message>
        <source>confidence %1 %</source>
        <translation>置信度 %1 %</translation>
    </message>
</context>
<context>
    <name>fs2::Toolbox</name>
    <message>
        <source>The last answer has no other reading</source>
        <translation>上次结果没有其他解读</translation>
    </message>
    <message>
        <source>Select an object first</source>
        <translation>请先选择对象</translation>
    </message>
</context>
<context>
    <name>fs2::TransportBar</name>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>A frame number, or a time like 1:02.5; Enter goes there</source>
        <translation>帧号或形如 1:02.5 的时间；按回车转到</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>of %L1</source>
        <translation>共 %L1</translation>
    </message>
    <message>
        <source>frame %L1 shown…</source>
        <translation>显示第 %L1 帧…</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Open the pictures that come with the program.</source>
        <translation>打开程序自带的图片。</translation>
    </message>
    <message>
        <source>Where the model runs: auto, cpu or cuda:N.</source>
        <translation>模型运行的设备：auto、cpu 或 cuda:N。</translation>
    </message>
    <message>
        <source>Use the weights of this file.</source>
        <translation>使用此文件的权重。</translation>
    </message>
    <message>
        <source>Network to make: fastsam2_s or disc.</source>
        <translation>使用的网络：fastsam2_s 或 disc。</translation>
    </message>
    <message>
        <source>Write the log to this file too.</source>
        <translation>同时把日志写入此文件。</translation>
    </message>
    <message>
        <source>Print the milliseconds until the window is drawn, and quit.</source>
        <translation>打印窗口绘制完成前的毫秒数并退出。</translation>
    </message>
    <message>
        <source>Print the milliseconds until this folder is listed, and quit.</source>
        <translation>输出列出此文件夹所需的毫秒数，然后退出。</translation>
    </message>
</context>
</TS>
