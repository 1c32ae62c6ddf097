namespace Freshet.Tests.Datasets;

/// <summary>Files of KuaiRand's layout, made for the tests.</summary>
internal static class KuaiRandFiles
{
    public const string LogHeader =
        "time_ms,user_id,video_id,author_id,tab,is_click,is_like,is_follow,is_comment,is_forward,is_hate,long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,is_profile_enter\n";

    public const string OfficialLogHeader =
        "user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,is_hate,long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,is_profile_enter,is_rand,tab\n";

    public const string Users =
        "user_id,user_active_degree,is_live_streamer,register_days,register_days_range,onehot_feat4\n10,full_active,-124,799,730+,1.0\n9,high_active,1,20.50,15-30,\n";

    public const string Videos =
        "video_id,author_id,video_type,upload_dt,upload_type,video_duration,music_id,tag\n5,77,NORMAL,2022-04-10,Web,87433.0,915,\"3,12\"\n6,78,AD,2022-04-09,Kmovie,,0,39\n";

    /// <summary>A row of <see cref="LogHeader"/>.</summary>
    public static string Row(
        long at, int user = 10, int video = 5, int tab = 1, int click = 0, int like = 0, int follow = 0, int comment = 0,
        int forward = 0, int hate = 0, int played = 0, int duration = 20_000, int profileEnter = 0) =>
        $"{at},{user},{video},77,{tab},{click},{like},{follow},{comment},{forward},{hate},0,{played},{duration},0,0,{profileEnter}\n";

    public static TemporaryFolder Folder(string log) =>
        new TemporaryFolder().With("log_a.csv", log).With("users.csv", Users).With("videos.csv.gz", Videos);
}
